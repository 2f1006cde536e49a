using System.Collections.Immutable;
using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// All pointwise convolutions of one map become one product with the columns of all, in each direction: the map is read once,
/// and its gradient is written once, not a time for each. Of an average pool and the convolution behind it the convolution goes
/// first (<see cref="SwapAveragePool"/>), and so joins in.
/// </summary>
sealed class JoinPointwise : Lowering
{
    // Each of them follows the one product in its step, and a step compares what follows with all that it writes already.
    private const int MostConsumers = 256;

    public override string Name => "pointwise convolutions of one map, joined";

    public override bool TryLower(Node node, PlanBuilder builder)
    {
        if (!Member.Try(node, builder, out var own) || builder.Network.ConsumersOf(own.Source).Length > MostConsumers)
            return false;
        ImmutableArray<Member> members = [.. builder.Network.ConsumersOf(own.Source).Select(consumer => Member.Try(consumer, builder, out var member) ? member : null).OfType<Member>()];
        if (members.Length == 1 && own.Pool is null)
            return false;
        // Together they may be larger than any tensor may be.
        if (members.Sum(member => (long)member.Outputs) * Math.Max(own.Source.Shape.Positions, own.Source.Shape.Channels) > Shape.MaxSize)
            return false;
        foreach (var member in members)
        {
            builder.Claim(member.Convolution);
            if (member.Pool is not null)
                builder.Claim(member.Pool);
        }
        Lower(own.Source, members, builder);
        return true;
    }

    private static void Lower(Node source, ImmutableArray<Member> members, PlanBuilder builder)
    {
        var name = string.Join(" + ", members.Select(member => builder.NameOf(member.Convolution)));
        var x = builder.Value(source);
        var outputs = members.Sum(member => member.Outputs);
        var shape = new Convolution(outputs, Window.Square(1)).ShapeOn(source.Shape);
        var isPlain = members.All(member => member.Layer.Reparameterization == Reparameterization.None);
        var prepared = isPlain ? builder.Prepared : null;
        ConvolutionKernel Kernel(string operation, ConvolutionDirection direction) =>
            new(operation, name, shape, direction, builder.Capacity, prepared is not null);
        PlanBuffer Joint(string what) => PlanBuilder.Like($"{what} of {name}", new Shape(source.Shape[0], source.Shape[1], outputs));

        var forward = Kernel(ConvolutionForward.Operation, ConvolutionDirection.Forward);
        var weight = prepared is not null
            ? forward.Prepare(prepared, name, target => Join(members, builder, target))
            : JointWeight(members, name, source, outputs, builder);
        var z = Joint("z");
        builder.Emit(new ConvolutionForward(name, forward, x, weight, z));
        var first = 0;
        var dz = Joint("dz");
        foreach (var member in members)
        {
            member.Forward(builder, new PlanBuffer($"z {builder.NameOf(member.Convolution)}", z, first, member.Outputs),
                new PlanBuffer($"dz {builder.NameOf(member.Convolution)}", dz, first, member.Outputs));
            first += member.Outputs;
        }
        builder.OnBackward(() =>
        {
            foreach (var member in members)
                member.Backward(builder);
            if (builder.NeedsGradient(source))
            {
                var (dx, accumulate) = builder.GradientTarget(source);
                builder.Emit(new ConvolutionInputGradient(
                    name, Kernel(ConvolutionInputGradient.Operation, ConvolutionDirection.InputGradient), dx, weight, dz, accumulate));
            }
            var dWeight = JointWeight("weight gradients", name, source, outputs);
            builder.Emit(new ConvolutionWeightGradient(name, Kernel(ConvolutionWeightGradient.Operation, ConvolutionDirection.WeightGradient), builder.BackwardValue(source), dWeight, dz));
            builder.Emit(new JoinedWeights(
                "take weight gradients apart", name, [.. members.Select(member => builder.Parameter(member.Convolution, 0).Gradient)], dWeight, apart: true));
            foreach (var member in members)
                EffectiveWeight.Backward(member.Convolution, member.Layer.Reparameterization, builder);
        });
    }

    private static PlanBuffer JointWeight(ImmutableArray<Member> members, string name, Node source, int outputs,
        PlanBuilder builder)
    {
        PlanBuffer[] weights = [.. members.Select(member =>
            EffectiveWeight.Forward(member.Convolution, member.Layer.Reparameterization, builder))];
        var weight = JointWeight("weights", name, source, outputs);
        builder.Emit(new JoinedWeights("join weights", name, weights, weight, apart: false));
        return weight;
    }

    /// <summary>Writes the columns of all weights side by side.</summary>
    private static void Join(ImmutableArray<Member> members, PlanBuilder builder, Span<float> target)
    {
        var all = members.Sum(member => member.Outputs);
        var first = 0;
        foreach (var member in members)
        {
            var weight = builder.ParameterValues(member.Convolution, 0);
            for (var row = 0; row < weight.Length / member.Outputs; row++)
                weight.Slice(row * member.Outputs, member.Outputs).CopyTo(target[(row * all + first)..]);
            first += member.Outputs;
        }
    }

    private static PlanBuffer JointWeight(string what, string name, Node source, int outputs) =>
        new($"{what} of {name}", BufferRegion.Arena, source.Shape.Channels, outputs, outputs, perSample: false);

    /// <summary>One of the convolutions, with the average pool that it goes before, and what is behind it.</summary>
    private sealed class Member(Node convolution, Node? pool)
    {
        private Node? last;
        private ActivationFunction function = ActivationFunction.Identity;
        private PlanBuffer? kept, dz;

        public Node Convolution => convolution;

        public Node? Pool => pool;

        public Node Source => (pool ?? convolution).Inputs[0];

        public Convolution Layer => (Convolution)convolution.Layer;

        public int Outputs => Layer.Outputs;

        /// <summary>Whether a node begins one: a pointwise convolution, or an average pool that may go behind one.</summary>
        public static bool Try(Node node, PlanBuilder builder, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Member? member)
        {
            var pool = SwapAveragePool.Allows(node, builder) ? node : null;
            var convolution = pool is null ? node : builder.SoleConsumer(node)!;
            member = convolution.Layer is Convolution layer && layer.ShapeOn(convolution.Inputs[0].Shape).IsPointwise && !builder.IsClaimed(convolution)
                ? new Member(convolution, pool)
                : null;
            return member is not null;
        }

        public void Forward(PlanBuilder builder, PlanBuffer z, PlanBuffer gradient)
        {
            dz = gradient;
            // Behind a pool the function's argument is nowhere: the function works in place.
            (last, function) = ActivationBehind.Claim(convolution, builder, argumentIsKept: pool is null);
            // A normalization reads rows that lie apart; for others they are copied together.
            if (pool is null && last == convolution && Layer.Bias == false && builder.SoleConsumer(convolution) is { Layer.ReadsRowsApart: true })
            {
                builder.SetValue(convolution, z);
                if (builder.IsTraining)
                    builder.SetGradient(convolution, gradient);
                return;
            }
            var y = builder.CreateJoinedValue(last);
            kept = function.NeedsArgument ? z : y;
            if (pool is null)
            {
                MapActivation.Forward(convolution, builder, z, y, function);
                return;
            }
            SwapAveragePool.Forward(pool, builder, z, y);
            MapActivation.Forward(convolution, builder, y, y, function);
        }

        public void Backward(PlanBuilder builder)
        {
            if (kept is null)
                return;
            var dy = builder.Gradient(last!);
            MapActivation.Backward(convolution, builder, kept, dy, pool is null ? dz! : dy, function);
            if (pool is not null)
                SwapAveragePool.Backward(pool, builder, dy, dz!);
        }
    }
}
