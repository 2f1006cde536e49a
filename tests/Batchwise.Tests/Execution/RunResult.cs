namespace Batchwise.Tests.Execution;

/// <summary>What one run of a network gives: output, gradients of all parameters, next values of statistics; all in float64.</summary>
internal sealed record RunResult(double[] Output, IReadOnlyDictionary<string, double[]> Gradients, IReadOnlyDictionary<string, double[]> Statistics);

/// <summary>A network, its state and a batch: what is run by a plan and by the references, to be compared.</summary>
internal sealed record RunCase(NetworkState State, float[] X, double[] OutputGradient, int Count, NetworkMode Mode = NetworkMode.Training)
{
    public const ulong Seed = 11;
    public const long Step = 4;

    public Network Network => State.Network;

    /// <summary>Which stored statistics frozen layers and inference use.</summary>
    public StatisticsSource Source { get; init; }

    /// <summary>A batch of normal values and a random cotangent for a state with random values.</summary>
    public static RunCase Of(Network network, int count, NetworkMode mode = NetworkMode.Training, ulong stream = 0) => new(
        RandomState.Of(network, stream),
        Array.ConvertAll(Networks.Numbers.Normal(count * network.InputShape.Size, 7000 + stream), value => (float)value),
        Networks.Numbers.Normal(count * network.OutputShape.Size, 8000 + stream), count, mode);

    /// <summary>The run by the layers' references, in float64 throughout.</summary>
    public RunResult ByReference() => ByReference(out _);

    /// <inheritdoc cref="ByReference()"/>
    public RunResult ByReference(out ReferenceNetwork reference)
    {
        reference = new ReferenceNetwork(Network, Count, Mode);
        reference.Load(State);
        foreach (var node in Network.Nodes)
            reference.Pass(node).Source = Source;
        var output = reference.Forward(Array.ConvertAll(X, value => (double)value), Count, Seed, Step).ToArray();
        if (Mode == NetworkMode.Training)
            reference.Backward(OutputGradient);
        var (gradients, statistics) = (new Dictionary<string, double[]>(), new Dictionary<string, double[]>());
        foreach (var node in Network.Nodes)
        {
            var (pass, name) = (reference.Pass(node), Network.NameOf(node));
            for (var i = 0; i < node.Parameters.Length && Mode == NetworkMode.Training; i++)
                gradients[$"{name}.{node.Parameters[i].Name}"] = pass.ParameterGradient(i).ToArray();
            for (var i = 0; i < node.Statistics.Length; i++)
                statistics[$"{name}.{node.Statistics[i].Name}"] = pass.NewStatistic(i).ToArray();
        }
        return new(output, gradients, statistics);
    }

    /// <summary>The run by a plan; statistics it does not stage are not in the result.</summary>
    public RunResult ByPlan(Catalogue? catalogue = null, IExecutor? executor = null, int? capacity = null, bool keepAll = false, bool lowMemory = false)
    {
        var plan = Compile(catalogue, capacity, keepAll, lowMemory);
        Fill(plan.Memory.Arena);
        return Run(plan, executor ?? new SerialExecutor());
    }

    /// <summary>The plan, with the random cotangent where a trainer has its loss.</summary>
    public Plan Compile(Catalogue? catalogue = null, int? capacity = null, bool keepAll = false, bool lowMemory = false) => Plan.Compile(
        State, Mode, capacity ?? Count, catalogue ?? StandardLayers.Catalogue,
        after: builder =>
        {
            if (Mode != NetworkMode.Training)
                return null;
            var (gradient, accumulate) = builder.GradientTarget(builder.Network.Output);
            Assert.False(accumulate);
            builder.Emit(new Cotangent(builder.Value(builder.Network.Output), gradient, OutputGradient));
            return null;
        },
        keepAll: keepAll, lowMemory: lowMemory);

    public RunResult Run(Plan plan, IExecutor executor)
    {
        plan.CurrentRun.Seed = Seed;
        plan.CurrentRun.Step = Step;
        plan.CurrentRun.Source = Source;
        plan.SetInput(X, Count);
        plan.Run(executor, Count);
        Assert.False(plan.CurrentRun.Failed);
        var output = new float[Count * Network.OutputShape.Size];
        plan.Read(plan.Output, output, Count);
        var gradients = new Dictionary<string, double[]>();
        foreach (var entry in State.Parameters.Where(_ => Mode == NetworkMode.Training))
            gradients[entry.Name] = [.. plan.Memory.Gradients.Span(entry.Offset, entry.Spec.Shape.Size).ToArray()];
        return new(Array.ConvertAll(output, value => (double)value), gradients, plan.Staged.ToDictionary(staged => staged.Name, staged => staged.Next.ToArray()));
    }

    // Whoever reads what nobody wrote shall be found out.
    private static void Fill(AlignedMemory memory) => memory.Span(0, (int)memory.Length).Fill(float.NaN);

    private sealed class Cotangent(PlanBuffer output, PlanBuffer gradient, double[] values) : Step("cotangent", "loss", [output], [gradient])
    {
        public override int Tasks(int phase, int count) => 1;

        public override void Run(int phase, int task, PlanRun run, Span<float> scratch) => Rows.Write(values, run[gradient], gradient, run.Count);
    }
}
