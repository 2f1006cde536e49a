namespace Batchwise.Lab;

/// <summary>Inserts dropout into networks.</summary>
static class DropoutPass
{
    /// <summary>The network with dropout on the output of each nonlinearity.</summary>
    /// <param name="network">The network; it is left as it is.</param>
    /// <param name="probability">The probability of dropping a value.</param>
    /// <exception cref="ArgumentException">There is no nonlinearity.</exception>
    public static Network WithDropout(this Network network, double probability)
    {
        if (!network.Nodes.Any(node => node.Layer is Activation or Prelu))
            throw new ArgumentException("The network has no nonlinearity behind which values could be dropped.", nameof(network));
        return network.Rewrite((node, inputs) => node.Layer is Activation or Prelu
            ? new Node(new Dropout(probability), [new Node(node.Layer, inputs, node.ExplicitName)])
            : null);
    }
}
