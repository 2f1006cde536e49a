namespace Batchwise;

/// <summary>
/// Turns a trained network into one without batch normalization that computes the same: each normalization becomes part of
/// the weights before it (paper, Algorithm 2, lines 8 to 11), and reparameterized weights become plain ones.
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
        state = MaterializeWeights.Run(state);
        var network = state.Network;
        var into = new Dictionary<Node, Node>();
        foreach (var node in network.Nodes)
        {
            if (node.Layer is BatchNormalization && node.Inputs[0] is { Layer: Dense } dense && dense != network.Output && network.ConsumersOf(dense).Length == 1)
                into[dense] = node;
        }

        var folded = network.Rewrite((node, inputs) =>
        {
            // Names are fixed before layers go, so that the same layer keeps its name.
            var name = node == network.InputNode ? node.ExplicitName : network.NameOf(node);
            if (node.Layer is BatchNormalization)
                return into.ContainsKey(node.Inputs[0]) ? inputs[0] : new Node(new ChannelAffine(), inputs, name);
            return node == network.InputNode ? node
                : into.ContainsKey(node) ? new Node((Dense)node.Layer with { Bias = true }, inputs, name)
                : new Node(node.Layer, inputs, name);
        });

        var result = NetworkState.Create(folded, 0);
        result.CopyMatching(state);
        foreach (var node in network.Nodes)
        {
            if (node.Layer is not BatchNormalization)
                continue;
            var map = new ChannelMap(state, node, source);
            if (into.ContainsKey(node.Inputs[0]))
                FoldIntoDense(state, node.Inputs[0], map, result);
            else
                map.WriteTo(result, network.NameOf(node));
        }
        return result;
    }

    private static void FoldIntoDense(NetworkState state, Node dense, ChannelMap map, NetworkState result)
    {
        var name = state.Network.NameOf(dense);
        var weight = state.Parameter($"{name}.weight");
        var folded = result.Parameter($"{name}.weight");
        var bias = result.Parameter($"{name}.bias");
        var old = ((Dense)dense.Layer).Bias ? state.Parameter($"{name}.bias") : default;
        var outputs = bias.Length;
        for (var i = 0; i < weight.Length; i++)
            folded[i] = (float)(weight[i] * map.Scale[i % outputs]);
        for (var c = 0; c < outputs; c++)
            bias[c] = (float)(((old.IsEmpty ? 0 : old[c]) - map.Mean[c]) * map.Scale[c] + map.Beta[c]);
    }

    /// <summary>A normalization with fixed statistics: y = (x - mean) scale + beta, in float64.</summary>
    private sealed class ChannelMap
    {
        public ChannelMap(NetworkState state, Node node, StatisticsSource source)
        {
            var name = state.Network.NameOf(node);
            var (mean, variance) = StoredStatistics.Choose(state, node, source);
            var gamma = state.Parameter($"{name}.gamma");
            var beta = state.Parameter($"{name}.beta");
            Mean = mean;
            Scale = new double[gamma.Length];
            Beta = new double[gamma.Length];
            for (var c = 0; c < gamma.Length; c++)
            {
                Scale[c] = gamma[c] / Math.Sqrt(variance[c] + ((BatchNormalization)node.Layer).Epsilon);
                Beta[c] = beta[c];
            }
        }

        public double[] Mean { get; }

        public double[] Scale { get; }

        public double[] Beta { get; }

        public void WriteTo(NetworkState result, string name)
        {
            for (var c = 0; c < Mean.Length; c++)
            {
                var center = (float)Mean[c];
                result.Parameter($"{name}.center")[c] = center;
                result.Parameter($"{name}.scale")[c] = (float)Scale[c];
                // What rounding the centre leaves goes into the shift.
                result.Parameter($"{name}.shift")[c] = (float)(Beta[c] - (Mean[c] - center) * (float)Scale[c]);
            }
        }
    }
}
