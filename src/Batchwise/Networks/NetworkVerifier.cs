using System.Collections.Immutable;

namespace Batchwise;

/// <summary>Checks what every network must hold, after a pass or after reading a file.</summary>
public static class NetworkVerifier
{
    /// <summary>Checks order, shapes, names and parameters of a whole network.</summary>
    /// <param name="network">The network.</param>
    /// <exception cref="InvalidOperationException">Something does not hold; the message names the layer.</exception>
    public static void Verify(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var seen = new HashSet<Node>();
        var names = new HashSet<string>();
        foreach (var node in network.Nodes)
        {
            var name = network.NameOf(node);
            Require(node.Inputs.All(seen.Contains), name, "comes before one of its inputs");
            Require(node.Shape == node.Layer.OutputShape(node.InputShapes), name, $"has shape {node.Shape}, which its layer would not give");
            Require(names.Add(name), name, "shares its name with another layer");
            var tensors = node.Parameters.Select(spec => spec.Name).Concat(node.Statistics.Select(spec => spec.Name)).ToArray();
            Require(tensors.Distinct().Count() == tensors.Length, name, "has two parameters or statistics of one name");
            seen.Add(node);
        }
        Require(network.Nodes[^1] == network.Output, network.NameOf(network.Output), "is the output but not the last");
    }

    internal static Node OnlyInput(ImmutableArray<Node> nodes)
    {
        var inputs = nodes.Where(node => node.Layer is Input).ToArray();
        return inputs.Length == 1
            ? inputs[0]
            : throw new ArgumentException($"A network has one input; this one has {inputs.Length}. Let all branches grow from the same Network.Input.");
    }

    private static void Require(bool condition, string name, string what)
    {
        if (!condition)
            throw new InvalidOperationException($"Layer '{name}' {what}.");
    }
}
