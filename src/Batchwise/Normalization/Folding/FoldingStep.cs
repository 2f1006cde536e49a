namespace Batchwise;

/// <summary>One way to make a network smaller without changing what it computes.</summary>
abstract class FoldingStep
{
    /// <summary>Does it at one layer, where it can.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="node">The layer.</param>
    /// <param name="log">Receives what was done.</param>
    /// <returns>Whether anything changed.</returns>
    public abstract bool TryApply(FoldingGraph graph, FoldingNode node, FoldingLog log);
}
