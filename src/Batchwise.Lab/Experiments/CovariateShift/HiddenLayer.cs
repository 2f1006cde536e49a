using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>A hidden layer: from one activation to the next.</summary>
/// <param name="Dense">Its weights.</param>
/// <param name="Normalization">The batch normalization between them and the nonlinearity; null if there is none.</param>
/// <param name="Nonlinearity">The nonlinearity that ends it.</param>
sealed record HiddenLayer(Node Dense, Node? Normalization, Node Nonlinearity)
{
    /// <summary>The node whose output is the nonlinearity's input.</summary>
    public Node Input => Nonlinearity.Inputs[0];

    /// <summary>Why a network's hidden layers are none of these; null if they are.</summary>
    public static string? Refusal(Network network)
    {
        try
        {
            Of(network);
            return null;
        }
        catch (ArgumentException error)
        {
            return error.Message;
        }
    }

    /// <summary>The hidden layers of a network, from the input on.</summary>
    /// <exception cref="ArgumentException">The network has other layers than dense ones, batch normalizations and nonlinearities of one value, or no hidden one.</exception>
    public static ImmutableArray<HiddenLayer> Of(Network network)
    {
        ImmutableArray<HiddenLayer> layers = [.. from node in network.Nodes where node.Layer is Activation select EndingAt(node, network)];
        if (layers.IsEmpty || network.Nodes.FirstOrDefault(node => node.Layer is not (Batchwise.Input or Flatten or Batchwise.Dense or BatchNormalization or ActivationNoise or Activation)) is not null)
            throw Unknown(network);
        return layers;
    }

    private static HiddenLayer EndingAt(Node nonlinearity, Network network)
    {
        Node? normalization = null;
        var node = nonlinearity.Inputs[0];
        for (; node.Layer is BatchNormalization or ActivationNoise; node = node.Inputs[0])
            normalization = node.Layer is BatchNormalization ? node : normalization;
        return node.Layer is Batchwise.Dense ? new HiddenLayer(node, normalization, nonlinearity) : throw Unknown(network);
    }

    private static ArgumentException Unknown(Network network) => new(
        $"Covariate shift is measured in hidden layers of dense layer and nonlinearity, not in {string.Join(", ", network.Nodes.Select(node => node.Layer.Kind).Distinct())}: choose a network of these, with at least one hidden layer.");
}
