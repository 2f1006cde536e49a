namespace Batchwise;

/// <summary>Folds a map of each channel into all layers that read it.</summary>
sealed class FoldIntoBehind : FoldingStep
{
    public override bool TryApply(FoldingGraph graph, FoldingNode node, FoldingLog log)
    {
        if (node.Map is not { } map || FoldingTable.RefusalBefore(graph, node, map) is not null)
            return false;
        var into = new List<FoldingNode>();
        FoldingTable.TakeBefore(node, map, into);
        log.Folded(node, FoldingTable.Rule(FoldingTable.Before, node.Readers[0])!.Name, into);
        graph.Replace(node, node.Inputs[0]);
        return true;
    }
}
