using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// The sum of two maps with the activation behind it: one pass forward, and one backward, or none where there is no activation. An
/// input that nobody else takes, and whose maker only reads its gradient, shares the sum's own; if it is a normalization, the pass
/// forward is its affine step too.
/// </summary>
sealed class MapSumLowering : Lowering
{
    public override string Name => "sum of maps + activation";

    public override bool TryLower(Node node, PlanBuilder builder)
    {
        if (!Takes(node))
            return false;
        if (Summed(node, builder) is { } input)
        {
            LowerInto(node, input, builder);
            return true;
        }
        Lower(node, builder, (y, function) => new MapSum(builder.NameOf(node), builder.Value(node.Inputs[0]), builder.Value(node.Inputs[1]), y, function));
        return true;
    }

    /// <summary>
    /// In inference, the input whose buffer the sum may replace, block by block as its maker completes it: the later one, which
    /// nothing else reads. Null where there is none.
    /// </summary>
    private static Node? Summed(Node node, PlanBuilder builder)
    {
        if (builder.Mode != NetworkMode.Inference || builder.KeepsAll)
            return null;
        var later = builder.LastWrite(node.Inputs[0]) > builder.LastWrite(node.Inputs[1]) ? node.Inputs[0] : node.Inputs[1];
        return builder.SoleConsumer(later) == node && builder.OwnsValue(later) ? later : null;
    }

    private static void LowerInto(Node node, Node later, PlanBuilder builder)
    {
        var (last, function) = ActivationBehind.Claim(node, builder);
        var (own, other) = (builder.Value(later), builder.Value(node.Inputs[0] == later ? node.Inputs[1] : node.Inputs[0]));
        var y = own;
        if (builder.SoleConsumer(last)?.Layer is Concatenation)
            y = builder.CreateJoinedValue(last);
        else
            builder.SetValue(last, own);
        builder.Follow(builder.NameOf(node), own, new SumBlocks(own, other, y, function));
    }

    /// <summary>Whether it is a sum of two maps.</summary>
    public static bool Takes(Node node) => node.Layer is Sum && node.Shape.Rank == 3 && node.Inputs.Length == 2;

    /// <summary>Lowers a sum of two maps with the activation behind it.</summary>
    /// <param name="node">The sum.</param>
    /// <param name="builder">The plan.</param>
    /// <param name="forward">The step that computes it, from where it goes and the activation. Inputs that have no buffer by then are part of it.</param>
    public static void Lower(Node node, PlanBuilder builder, Func<PlanBuffer, ActivationFunction, Step> forward)
    {
        // The sum is not kept, but what the function makes of it.
        var (last, function) = ActivationBehind.Claim(node, builder, argumentIsKept: false);
        var name = builder.NameOf(node);
        var y = builder.CreateJoinedValue(last);
        builder.Emit(forward(y, function));
        if (!builder.NeedsGradient(last))
            return;
        var dy = builder.Gradient(last);
        var dz = function.Kind == ActivationKind.Identity ? dy : PlanBuilder.Like($"d {name}", node.Shape);
        // Known before the inputs' makers go backward, so that they find it.
        foreach (var input in node.Inputs.Where(input => Shares(input, node, builder)))
            builder.SetGradient(input, dz);
        builder.OnBackward(() =>
        {
            if (dz != dy)
                builder.Emit(new MapSumBackward(name, y, dy, dz, function));
            foreach (var input in node.Inputs.Where(builder.NeedsGradient))
            {
                var (dx, accumulate) = builder.GradientTarget(input);
                if (dx != dz)
                    builder.Emit(new AddStep(name, dz, dx, accumulate));
            }
        });
    }

    private static bool Shares(Node input, Node sum, PlanBuilder builder) =>
        builder.NeedsGradient(input) && builder.SoleConsumer(input) == sum && !(builder.HasValue(input) && builder.Value(input).IsSlice) && input.Layer.LeavesItsGradient;
}

/// <summary>y = f(a + b), a block of rows per task.</summary>
sealed class MapSum(string layer, PlanBuffer a, PlanBuffer b, PlanBuffer y, ActivationFunction function) : BlockStep("sum", layer, [a, b], [y], y)
{
    private readonly RowBlocks blocks = new(y);

    protected override string OwnDetail => $"then {function.Kind}";

    public override int Tasks(int phase, int count) => blocks.Slots(count);

    public override ConvolutionBlock Completes(int task, int count) => blocks.Block(task, count);

    protected override void RunTask(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var block = blocks.Block(task, run.Count);
        ActivateRows.Sum(
            run[a][(block.FirstRow * a.Stride)..], a.Stride, run[b][(block.FirstRow * b.Stride)..], b.Stride,
            run[Completed][(block.FirstRow * Completed.Stride)..], Completed.Stride, block.Rows, block.Channels, function);
    }
}

/// <summary>y = f(x + other) on blocks of a map.</summary>
sealed class SumBlocks(PlanBuffer x, PlanBuffer other, PlanBuffer y, ActivationFunction function)
    : BlockOperation(function.Kind == ActivationKind.Identity ? $"+ {other}" : $"+ {other}, {function.Kind}", [x, other], [y])
{
    public override void Run(int slot, ConvolutionBlock block, PlanRun run, Span<float> scratch) => ActivateRows.Sum(
        run[x][(block.FirstRow * x.Stride + block.FirstChannel)..], x.Stride,
            run[other][(block.FirstRow * other.Stride + block.FirstChannel)..], other.Stride,
        run[y][(block.FirstRow * y.Stride + block.FirstChannel)..], y.Stride, block.Rows, block.Channels, function);
}

/// <summary>dz = dy f', told from y, a block of rows per task.</summary>
sealed class MapSumBackward(string layer, PlanBuffer y, PlanBuffer dy, PlanBuffer dz, ActivationFunction function)
    : BlockStep($"{function.Kind} backward", layer, [y, dy], [dz], dz)
{
    private readonly RowBlocks blocks = new(dz);

    public override int Tasks(int phase, int count) => blocks.Slots(count);

    public override ConvolutionBlock Completes(int task, int count) => blocks.Block(task, count);

    protected override void RunTask(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var block = blocks.Block(task, run.Count);
        ActivateRows.Backward(
            run[y][(block.FirstRow * y.Stride)..], y.Stride, run[dy][(block.FirstRow * dy.Stride)..], dy.Stride,
            run[Completed][(block.FirstRow * Completed.Stride)..], Completed.Stride, default, block.Rows, block.Channels, function);
    }
}
