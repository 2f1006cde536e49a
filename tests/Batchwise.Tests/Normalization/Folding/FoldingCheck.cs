using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Normalization;

/// <summary>Holds folded networks against the networks before.</summary>
internal static class FoldingCheck
{
    private const int Count = 3;

    // In float64 folding only moves products and sums about: a rounding, 1e-16, times the terms of the sums and the layers.
    private const double Exact = 1e-12;

    /// <summary>
    /// Folds a state and fails unless the outputs are the same, in float64 by the references and in float32 by a plan.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="source">Which statistics.</param>
    /// <returns>The folded state and the report.</returns>
    public static (NetworkState Folded, FoldingReport Report) ComputesTheSame(NetworkState state,
        StatisticsSource source = StatisticsSource.PopulationElseMoving)
    {
        var x = PlanCheck.Random(Count * state.Network.InputShape.Size, 1);
        var (graph, report) = Folding.FoldAll(state, source);
        var folded = graph.ToState();
        NetworkVerifier.Verify(folded.Network);

        var before = new ReferenceNetwork(state.Network, Count, NetworkMode.Inference);
        before.Load(state);
        foreach (var node in state.Network.Nodes)
            before.Pass(node).Source = source;
        var expected = before.Forward(PlanCheck.Doubles(x), Count).ToArray();

        var after = new ReferenceNetwork(folded.Network, Count, NetworkMode.Inference);
        after.Load(folded);
        LoadExact(after, graph);
        PlanCheck.Close("folded, in float64", after.Forward(PlanCheck.Doubles(x), Count), expected, bound: Exact);

        var plan = Plan.Compile(folded, NetworkMode.Inference, Count, StandardLayers.Catalogue);
        plan.CurrentRun.Source = source;
        plan.SetInput(x, Count);
        plan.Run(new SerialExecutor(), Count);
        PlanCheck.Close("folded, in float32", PlanCheck.Read(plan, plan.Output, Count), expected,
            bound: PlanCheck.Bound * (1 + state.Network.Nodes.Count(node => node.Layer is IFoldable or SampleNormalization)));
        return (folded, report);
    }

    /// <summary>The folded values before they are rounded to float32.</summary>
    private static void LoadExact(ReferenceNetwork reference, FoldingGraph graph)
    {
        foreach (var (name, values) in graph.Nodes.SelectMany(node => node.Changed))
        {
            var dot = name.LastIndexOf('.');
            var node = reference.Network[name[..dot]];
            values.CopyTo(reference.Pass(node)
                .Parameter(node.Parameters.IndexOf(node.Parameters.Single(spec => spec.Name == name[(dot + 1)..]))));
        }
    }
}
