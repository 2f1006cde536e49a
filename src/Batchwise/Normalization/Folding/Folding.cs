namespace Batchwise;

/// <summary>
/// Turns a trained network into one without normalization by statistics that computes the same: each normalization becomes
/// part of the weights before it (paper, Algorithm 2, lines 8 to 11), and reparameterized weights become plain ones.
/// </summary>
public static class Folding
{
    /// <summary>The folded network with its weights. Computed in float64 and rounded once.</summary>
    /// <param name="state">The trained state; it is left as it is.</param>
    /// <param name="source">Which statistics to fold. Default: the population's, else the moving averages.</param>
    /// <exception cref="InvalidOperationException">Population statistics are asked for and have not been estimated.</exception>
    public static NetworkState Fold(NetworkState state, StatisticsSource source = StatisticsSource.PopulationElseMoving)
    {
        ArgumentNullException.ThrowIfNull(state);
        return Fold(state, source, keep: _ => false, intoWeights: true);
    }

    /// <summary>
    /// The network with every normalization by statistics replaced by the layer that computes the same, in its place; the weights of
    /// other layers stay as they are.
    /// </summary>
    /// <param name="state">The trained state; it is left as it is.</param>
    /// <param name="source">Which statistics.</param>
    /// <param name="keep">Which normalizations stay.</param>
    internal static NetworkState InPlace(NetworkState state, StatisticsSource source, Func<Node, bool> keep) => Fold(state, source, keep, intoWeights: false);

    private static NetworkState Fold(NetworkState state, StatisticsSource source, Func<Node, bool> keep, bool intoWeights)
    {
        state = MaterializeWeights.Run(state);
        var network = state.Network;
        var maps = new Dictionary<Node, InferenceMap>();
        var into = new Dictionary<Node, Node>();
        foreach (var node in network.Nodes)
        {
            if (keep(node) || (node.Layer as IFoldable)?.InInference(state, node, source) is not { } map)
                continue;
            maps[node] = map;
            if (intoWeights && node.Inputs[0] is var input && input != network.Output && CanTake(input.Layer, map) && network.ConsumersOf(input).Length == 1)
                into[input] = node;
        }

        var folded = network.Rewrite((node, inputs) =>
        {
            // Names are fixed before layers go, so that the same layer keeps its name.
            var name = node == network.InputNode ? node.ExplicitName : network.NameOf(node);
            if (maps.TryGetValue(node, out var map))
                return into.ContainsKey(node.Inputs[0]) ? inputs[0] : new Node(map.Layer, inputs, name);
            return node == network.InputNode ? node
                : into.ContainsKey(node) ? new Node((LinearLayer)node.Layer with { Bias = true }, inputs, name)
                : new Node(node.Layer, inputs, name);
        });

        var result = NetworkState.Create(folded, 0);
        result.CopyMatching(state);
        foreach (var (node, map) in maps)
        {
            if (into.ContainsKey(node.Inputs[0]))
                FoldInto(state, node.Inputs[0], map, result);
            else
                map.WriteTo(result, network.NameOf(node));
        }
        return result;
    }

    // A map per place of a map's channels, or one that mixes the channels of groups, no weight can hold.
    private static bool CanTake(Layer layer, InferenceMap map) => layer is LinearLayer linear && linear.Outputs == map.Center.Length
        && (map.IsDiagonal || layer is not Convolution { Groups: > 1 });

    /// <summary>W' = W M, b' = (b - center) M + shift.</summary>
    private static void FoldInto(NetworkState state, Node linear, InferenceMap map, NetworkState result)
    {
        var name = state.Network.NameOf(linear);
        var weight = state.Parameter($"{name}.weight");
        var folded = result.Parameter($"{name}.weight");
        var bias = result.Parameter($"{name}.bias");
        var old = ((LinearLayer)linear.Layer).Bias ? state.Parameter($"{name}.bias") : default;
        var row = new double[bias.Length];
        for (var first = 0; first < weight.Length; first += row.Length)
        {
            for (var c = 0; c < row.Length; c++)
                row[c] = weight[first + c];
            map.Multiply(row);
            for (var c = 0; c < row.Length; c++)
                folded[first + c] = (float)row[c];
        }
        for (var c = 0; c < row.Length; c++)
            row[c] = (old.IsEmpty ? 0 : old[c]) - map.Center[c];
        map.Multiply(row);
        for (var c = 0; c < row.Length; c++)
            bias[c] = (float)(row[c] + map.Shift[c]);
    }
}
