namespace Batchwise;

/// <summary>
/// Folds a whitening into the dense layer or convolution before it. A convolution in groups cannot take a map that mixes
/// channels.
/// </summary>
sealed class FoldWhitening : FoldingStep
{
    /// <summary>Why a whitening stays; null where it can be folded.</summary>
    public static string? Refusal(FoldingGraph graph, FoldingNode node)
    {
        var before = node.Inputs[0];
        if (graph.IsShared(before))
            return $"another layer reads '{before.Name}' too";
        return before.Layer switch
        {
            Convolution { Groups: > 1 } => $"'{before.Name}' works in groups, across which a whitening mixes channels",
            LinearLayer => null,
            _ => $"'{before.Name}' ({before.Layer.Kind}) is no layer that could take it",
        };
    }

    public override bool TryApply(FoldingGraph graph, FoldingNode node, FoldingLog log)
    {
        if (node.Mixing is not { } map || Refusal(graph, node) is not null)
            return false;
        var before = node.Inputs[0];
        before.Append(map);
        log.Folded(node, "a whitening behind a convolution or dense layer", [before]);
        graph.Replace(node, before);
        return true;
    }
}
