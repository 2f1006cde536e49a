namespace Batchwise;

/// <summary>Turns reparameterized weights into plain ones that compute the same: the first step of folding.</summary>
static class MaterializeWeights
{
    /// <summary>The state with effective weights in place of what stands for them; the same one where nothing does.</summary>
    public static NetworkState Run(NetworkState state)
    {
        var network = state.Network;
        if (!network.Nodes.Any(IsReparameterized))
            return state;
        var plain = network.Rewrite((node, inputs) => IsReparameterized(node)
            ? new Node((LinearLayer)node.Layer with { Reparameterization = Reparameterization.None }, inputs, node.ExplicitName)
            : null);
        var result = NetworkState.Create(plain, 0);
        result.CopyMatching(state);
        foreach (var node in network.Nodes.Where(IsReparameterized))
        {
            var weight = result.Parameter($"{network.NameOf(node)}.weight");
            var effective = Effective(state, node);
            for (var i = 0; i < weight.Length; i++)
                weight[i] = (float)effective[i];
        }
        return result;
    }

    private static bool IsReparameterized(Node node) => node.Layer is LinearLayer layer && layer.Reparameterization != Reparameterization.None;

    private static ReadOnlySpan<double> Effective(NetworkState state, Node node)
    {
        var pass = new ReferencePass(node, state.Network.NameOf(node), 1, NetworkMode.Inference, backward: false);
        for (var i = 0; i < node.Parameters.Length; i++)
        {
            var values = state.Values(state.Entry(node, i));
            for (var j = 0; j < values.Length; j++)
                pass.Parameter(i)[j] = values[j];
        }
        return ((LinearLayer)node.Layer).Reparameterization.Weight(pass);
    }
}
