using System.Collections.Immutable;

namespace Batchwise;

/// <summary>All rules of folding, in the order in which they are tried.</summary>
static class FoldingTable
{
    /// <summary>The most layers that a map may pass. Each is a nested call, and a thread's stack is limited.</summary>
    private const int MostBetween = 100;

    private const string TooDeep = "more than 100 layers lie between it and one that could take it";

    /// <summary>Steps that make a network smaller; they are repeated until none applies.</summary>
    public static ImmutableArray<FoldingStep> Steps { get; } =
        [new FoldIntoBefore(), new FoldWhitening(), new JoinConvolutions(), new FoldIntoBehind()];

    /// <summary>How layers take a map that stands behind them.</summary>
    public static ImmutableArray<TakingRule> Behind { get; } =
        [new BehindAffine(), new BehindLinear(), new BehindConcatenation(), new BehindSum(), new BehindAveragePool(),
            new BehindMaxPool(), new BehindFlatten()];

    /// <summary>How layers take a map that stands before them.</summary>
    public static ImmutableArray<TakingRule> Before { get; } =
        [new BeforeDense(), new BeforeConvolution(), new BeforeAveragePool(), new BeforeMaxPool(), new BeforeFlatten()];

    /// <summary>Why a layer cannot take a map that stands behind it; null where it can.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="node">The layer.</param>
    /// <param name="map">The map.</param>
    /// <param name="depth">How many layers passed the map on before it came here.</param>
    public static string? RefusalBehind(FoldingGraph graph, FoldingNode node, ChannelMap map, int depth = 0)
    {
        if (depth > MostBetween)
            return TooDeep;
        if (graph.IsShared(node))
            return $"another layer reads '{node.Name}' too";
        return Rule(Behind, node) is { } rule ? rule.Refusal(graph, node, map, depth + 1)
            : $"'{node.Name}' ({node.Layer.Kind}) is no layer that could take it";
    }

    /// <summary>Has a layer take a map that stands behind it.</summary>
    public static void TakeBehind(FoldingNode node, ChannelMap map, ICollection<FoldingNode> into) =>
        Rule(Behind, node)!.Take(node, map, into);

    /// <summary>Why not all readers of a value can take a map that stands before them; null where they can.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="node">What the map stands behind.</param>
    /// <param name="map">The map.</param>
    /// <param name="depth">How many layers passed the map on before it came here.</param>
    public static string? RefusalBefore(FoldingGraph graph, FoldingNode node, ChannelMap map, int depth = 0)
    {
        if (depth > MostBetween)
            return TooDeep;
        if (graph.IsOutput(node))
            return $"'{node.Name}' is the network's output, which no layer reads";
        foreach (var reader in node.Readers)
        {
            if (Rule(Before, reader) is not { } rule)
                return $"'{reader.Name}' ({reader.Layer.Kind}) is no layer that could take it";
            if (rule.Refusal(graph, reader, map, depth + 1) is { } refusal)
                return refusal;
        }
        return null;
    }

    /// <summary>Has all readers of a value take a map that stands before them.</summary>
    public static void TakeBefore(FoldingNode node, ChannelMap map, ICollection<FoldingNode> into)
    {
        foreach (var reader in node.Readers)
            Rule(Before, reader)!.Take(reader, map, into);
    }

    /// <summary>The rule for a layer; null where there is none.</summary>
    public static TakingRule? Rule(ImmutableArray<TakingRule> rules, FoldingNode node) =>
        rules.FirstOrDefault(rule => rule.IsFor(node));
}
