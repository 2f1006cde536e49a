namespace Batchwise;

/// <summary>Inserts normalizations into networks.</summary>
public static class NormalizationPass
{
    /// <summary>
    /// The network with a normalization on the input of each nonlinearity, z = g(N(W u)), and without the biases that
    /// it subsumes (<see cref="Layer.SubsumesBias"/>).
    /// </summary>
    /// <remarks>Behind a layer that was given a name, <c>conv1</c>, the normalization is named after it: <c>conv1/batchNorm</c>.</remarks>
    /// <param name="network">The network; it is left as it is.</param>
    /// <param name="normalizer">The layer to insert: any of one input that keeps its shape, of ours or of your own.</param>
    /// <param name="where">Chooses nonlinearities by their name; null takes all.</param>
    /// <exception cref="ArgumentException">
    /// There is no nonlinearity to normalize, one of them is normalized alike already, or the layer changes the shape.
    /// </exception>
    public static Network WithNormalization(this Network network, Layer normalizer, Func<string, bool>? where = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(normalizer);
        var chosen = network.Nodes.Where(node => IsNonlinearity(node.Layer) && (where is null || where(network.NameOf(node)))).ToHashSet();
        if (chosen.Count == 0)
        {
            var all = network.Nodes.Where(node => IsNonlinearity(node.Layer)).Select(network.NameOf).ToArray();
            throw new ArgumentException(all.Length == 0
                ? "The network has no nonlinearity to normalize: a normalization goes before an activation (Sigmoid, Relu, ...); to put it elsewhere use Then()."
                : $"No nonlinearity was chosen; the network has {string.Join(", ", all)}.");
        }
        foreach (var node in chosen)
        {
            if (Alike(node.Inputs[0].Layer, normalizer))
                throw new ArgumentException($"The input of '{network.NameOf(node)}' is normalized already.");
            if (normalizer.OutputShape([node.Inputs[0].Shape]) is var shape && shape != node.Inputs[0].Shape)
                throw new ArgumentException($"A {normalizer.Kind} layer would turn the input of '{network.NameOf(node)}', {node.Inputs[0].Shape}, into {shape}: a normalization keeps the shape.");
        }

        // Of a linear layer whose output goes to normalizations alone, the normalization takes the bias's place.
        bool LosesBias(Node node) => normalizer.SubsumesBias && node.Layer is LinearLayer { Bias: true } && node != network.Output
            && network.ConsumersOf(node) is { Length: > 0 } consumers && consumers.All(chosen.Contains);
        var taken = network.Nodes.Select(node => node.ExplicitName).ToHashSet();
        // What follows a layer with a name of its own is named after it, so that its parameters keep their names whatever else changes.
        string? Name(Node input) => input.ExplicitName is { } name && !taken.Contains($"{name}/{normalizer.Kind}") ? $"{name}/{normalizer.Kind}" : null;
        var normalized = new Dictionary<Node, Node>();
        return network.Rewrite((node, inputs) =>
        {
            if (LosesBias(node))
                return new Node((LinearLayer)node.Layer with { Bias = false }, inputs, node.ExplicitName);
            if (!chosen.Contains(node))
                return null;
            // Two nonlinearities on one value share its normalization.
            if (!normalized.TryGetValue(inputs[0], out var normalization))
                normalized[inputs[0]] = normalization = new Node(normalizer, [inputs[0]], Name(inputs[0]));
            return new Node(node.Layer, [normalization], node.ExplicitName);
        });
    }

    private static bool Alike(Layer one, Layer other) => one.GetType() == other.GetType() || (one is ChannelNormalization && other is ChannelNormalization);

    private static bool IsNonlinearity(Layer layer) => layer is Activation or Prelu;
}
