namespace Batchwise;

/// <summary>The weight that a reparameterized layer computes with.</summary>
static class MaterializedWeight
{
    /// <summary>The effective weight, in float64.</summary>
    /// <param name="state">The state.</param>
    /// <param name="node">A linear layer of its network.</param>
    public static double[] Of(NetworkState state, Node node)
    {
        var pass = new ReferencePass(node, state.Network.NameOf(node), 1, NetworkMode.Inference, backward: false);
        for (var i = 0; i < node.Parameters.Length; i++)
        {
            var values = state.Values(state.Entry(node, i));
            for (var j = 0; j < values.Length; j++)
                pass.Parameter(i)[j] = values[j];
        }
        return [.. ((LinearLayer)node.Layer).Reparameterization.Weight(pass)];
    }
}
