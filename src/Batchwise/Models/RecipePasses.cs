namespace Batchwise;

/// <summary>What recipes do to networks.</summary>
static class RecipePasses
{
    private const string RectifierSuffix = "/relu", SigmoidSuffix = "/sigmoid";

    /// <summary>The network with one probability in all its dropout layers.</summary>
    public static Network WithDropoutOf(Network network, double probability)
    {
        var layer = new Dropout(probability);
        return network.Rewrite((node, inputs) => node.Layer is Dropout && node.Layer != layer ? new Node(layer, inputs, node.ExplicitName) : null);
    }

    /// <summary>The network with a sigmoid in place of each rectifier.</summary>
    public static Network WithSigmoids(Network network) => network.Rewrite((node, inputs) =>
        node.Layer is Relu ? new Node(new Sigmoid(), inputs, Renamed(node.ExplicitName)) : null);

    /// <summary>The names of the nonlinearities whose values reach the output through no other nonlinearity.</summary>
    public static HashSet<string> LastNonlinearities(Network network)
    {
        var names = new HashSet<string>();
        var pending = new Stack<Node>([network.Output]);
        var seen = new HashSet<Node>();
        while (pending.TryPop(out var node))
        {
            if (!seen.Add(node))
                continue;
            if (node.Layer is Activation or Prelu)
            {
                names.Add(network.NameOf(node));
                continue;
            }
            foreach (var input in node.Inputs)
                pending.Push(input);
        }
        return names;
    }

    private static string? Renamed(string? name) =>
        name?.EndsWith(RectifierSuffix, StringComparison.Ordinal) == true ? name[..^RectifierSuffix.Length] + SigmoidSuffix : name;
}
