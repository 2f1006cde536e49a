namespace Batchwise;

/// <summary>
/// Turns a trained network into one without normalization by statistics that computes the same: each normalization becomes
/// part of the weights before or behind it (paper, Algorithm 2, lines 8 to 11), and reparameterized weights become plain ones.
/// </summary>
public static class Folding
{
    /// <summary>
    /// The folded network with its weights. Computed in float64 and rounded once. What no layer can take stays, as a
    /// <see cref="ChannelAffine"/>.
    /// </summary>
    /// <param name="state">The trained state; it is left as it is.</param>
    /// <param name="source">Which statistics to fold. Default: the population's, else the moving averages.</param>
    /// <exception cref="InvalidOperationException">Population statistics are asked for and have not been estimated.</exception>
    public static NetworkState Fold(NetworkState state, StatisticsSource source = StatisticsSource.PopulationElseMoving)
    {
        ArgumentNullException.ThrowIfNull(state);
        return FoldAll(state, source).Graph.ToState();
    }

    /// <summary>The folded network, its values still in float64, and what was done.</summary>
    /// <param name="state">The trained state; it is left as it is.</param>
    /// <param name="source">Which statistics to fold.</param>
    internal static (FoldingGraph Graph, FoldingReport Report) FoldAll(NetworkState state, StatisticsSource source)
    {
        var graph = new FoldingGraph(state, source, keep: _ => false);
        var log = new FoldingLog();
        var changed = true;
        while (changed)
        {
            changed = false;
            foreach (var step in FoldingTable.Steps)
            {
                foreach (var node in graph.Nodes.ToArray())
                    changed |= step.TryApply(graph, node, log);
            }
        }
        return (graph, log.Report(state.Network, graph));
    }

    /// <summary>
    /// The network with every normalization by statistics replaced by the layer that computes the same, in its place; the weights of
    /// other layers stay as they are.
    /// </summary>
    /// <param name="state">The trained state; it is left as it is.</param>
    /// <param name="source">Which statistics.</param>
    /// <param name="keep">Which normalizations stay.</param>
    internal static NetworkState InPlace(NetworkState state, StatisticsSource source, Func<Node, bool> keep) =>
        new FoldingGraph(state, source, keep).ToState();
}
