namespace Batchwise;

/// <summary>
/// Folds a map of each channel into the layers before it (paper, Algorithm 2, line 11, and on into the weights).
/// </summary>
sealed class FoldIntoBefore : FoldingStep
{
    public override bool TryApply(FoldingGraph graph, FoldingNode node, FoldingLog log)
    {
        if (node.Map is not { } map || FoldingTable.RefusalBehind(graph, node.Inputs[0], map) is not null)
            return false;
        var before = node.Inputs[0];
        var into = new List<FoldingNode>();
        FoldingTable.TakeBehind(before, map, into);
        log.Folded(node, FoldingTable.Rule(FoldingTable.Behind, before)!.Name, into);
        graph.Replace(node, before);
        return true;
    }
}
