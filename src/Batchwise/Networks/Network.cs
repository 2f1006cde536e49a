using System.Collections.Immutable;
using System.Globalization;

namespace Batchwise;

/// <summary>
/// A network as a value: an immutable graph of layers from one input to one output. Every method that changes it returns
/// another network; both share what they have in common.
/// </summary>
/// <remarks>
/// Branches are networks that grow from the same one, joined again by a layer of several inputs:
/// <code>
/// var trunk = Network.Input(64).Dense(32).Relu();
/// var network = Network.Join(new Sum(), trunk.Dense(32), trunk).Relu();
/// </code>
/// </remarks>
public sealed partial class Network
{
    /// <summary>The most layers: a layer's place is 16 bits of the number of its random stream (<see cref="RandomKey"/>).</summary>
    private const int MostLayers = 1 << 16;

    private readonly Dictionary<Node, (string Name, int Place)> names = [];
    private readonly Lazy<Dictionary<Node, ImmutableArray<Node>>> consumers;

    /// <summary>The network that computes a node's output.</summary>
    /// <param name="output">Its last node.</param>
    /// <exception cref="ArgumentException">It reaches not exactly one input, two nodes bear one name, or there are more than 65,536 nodes.</exception>
    public Network(Node output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Output = output;
        Nodes = Sorted(output);
        if (Nodes.Length > MostLayers)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"A network has at most {MostLayers} layers; this one has {Nodes.Length}."));
        InputNode = NetworkVerifier.OnlyInput(Nodes);
        consumers = new(FindConsumers);
        NameAll();
    }

    /// <summary>All nodes, every one after those it takes inputs from; the first is the input.</summary>
    public ImmutableArray<Node> Nodes { get; }

    /// <summary>The node that stands for the data.</summary>
    public Node InputNode { get; }

    /// <summary>The node whose output is the network's.</summary>
    public Node Output { get; }

    /// <summary>The shape of one sample's input.</summary>
    public Shape InputShape => InputNode.Shape;

    /// <summary>The shape of one sample's output.</summary>
    public Shape OutputShape => Output.Shape;

    /// <summary>The number of values of all parameters, whether or not an optimizer changes them.</summary>
    public long ParameterCount => Nodes.Sum(node => node.Parameters.Sum(spec => (long)spec.Shape.Size));

    /// <summary>Multiply-adds of one sample's forward pass.</summary>
    public long MultiplyAdds => Nodes.Sum(node => node.Layer.MultiplyAdds(node.InputShapes));

    /// <summary>A network that is only its input.</summary>
    /// <param name="shape">The extents of one sample: features, or height, width, channels.</param>
    public static Network Input(params ReadOnlySpan<int> shape) => new(new Node(new Input(new Shape(shape)), []));

    /// <summary>Joins networks that grew from one input by a layer that takes all their outputs.</summary>
    /// <param name="layer">The layer, such as <see cref="Sum"/>.</param>
    /// <param name="branches">Its inputs in order.</param>
    public static Network Join(Layer layer, params ReadOnlySpan<Network> branches)
    {
        var inputs = ImmutableArray.CreateBuilder<Node>(branches.Length);
        foreach (var branch in branches)
        {
            ArgumentNullException.ThrowIfNull(branch, nameof(branches));
            inputs.Add(branch.Output);
        }
        return new(new Node(layer, inputs.ToImmutable()));
    }

    /// <summary>This network with one more layer at its end.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="name">The new node's name; null numbers it by its kind.</param>
    public Network Then(Layer layer, string? name = null) => new(new Node(layer, [Output], name));

    /// <summary>The name of one of this network's nodes.</summary>
    /// <param name="node">The node.</param>
    /// <exception cref="ArgumentException">The node is not of this network.</exception>
    public string NameOf(Node node) => names.TryGetValue(node, out var entry)
        ? entry.Name
        : throw new ArgumentException("The node is not part of this network.", nameof(node));

    /// <summary>The node of a given name.</summary>
    /// <exception cref="ArgumentException">No node bears it; the message lists those that are there.</exception>
    public Node this[string name] => Nodes.FirstOrDefault(node => names[node].Name == name)
        ?? throw new ArgumentException($"The network has no layer '{name}'; it has {string.Join(", ", Nodes.Select(NameOf))}.", nameof(name));

    /// <summary>The place of one of this network's nodes in <see cref="Nodes"/>.</summary>
    internal int PlaceOf(Node node) => names[node].Place;

    /// <summary>The nodes that take a node's output.</summary>
    /// <param name="node">The node.</param>
    public ImmutableArray<Node> ConsumersOf(Node node) => consumers.Value.TryGetValue(node, out var found) ? found : [];

    /// <summary>
    /// The network in which every node is replaced: the basis of every pass. Names that were given are kept where the
    /// replacement does not give others; the rest are numbered anew.
    /// </summary>
    /// <param name="replace">
    /// Gives a node's replacement from the node and its inputs' replacements; null keeps the layer on the new inputs.
    /// </param>
    public Network Rewrite(Func<Node, ImmutableArray<Node>, Node?> replace)
    {
        ArgumentNullException.ThrowIfNull(replace);
        var replaced = new Dictionary<Node, Node>();
        foreach (var node in Nodes)
        {
            ImmutableArray<Node> inputs = [.. node.Inputs.Select(input => replaced[input])];
            replaced[node] = replace(node, inputs)
                ?? (inputs.SequenceEqual(node.Inputs) ? node : new Node(node.Layer, inputs, node.ExplicitName));
        }
        return new(replaced[Output]);
    }

    /// <summary>The part of this network that computes one layer's output; layers keep their names.</summary>
    /// <param name="layer">The layer's name.</param>
    public Network Until(string layer)
    {
        var end = this[layer];
        Node? cut = null;
        Rewrite((node, inputs) =>
        {
            var kept = node == InputNode ? node : new Node(node.Layer, inputs, NameOf(node));
            cut = node == end ? kept : cut;
            return kept;
        });
        return new(cut!);
    }

    /// <summary>A table of the layers: name, kind, settings, output shape, parameters, multiply-adds.</summary>
    public override string ToString() => NetworkPrinter.Print(this);

    private static ImmutableArray<Node> Sorted(Node output)
    {
        // Depth first without recursion: a network may be thousands of layers deep.
        var sorted = ImmutableArray.CreateBuilder<Node>();
        var done = new HashSet<Node>();
        var pending = new Stack<(Node Node, int Next)>([(output, 0)]);
        while (pending.TryPop(out var place))
        {
            var (node, next) = place;
            if (done.Contains(node))
                continue;
            if (next < node.Inputs.Length)
            {
                pending.Push((node, next + 1));
                pending.Push((node.Inputs[next], 0));
            }
            else
            {
                done.Add(node);
                sorted.Add(node);
            }
        }
        return sorted.ToImmutable();
    }

    private Dictionary<Node, ImmutableArray<Node>> FindConsumers() => Nodes
        .SelectMany(node => node.Inputs.Distinct(), (node, input) => (Consumer: node, Input: input))
        .GroupBy(pair => pair.Input, pair => pair.Consumer)
        .ToDictionary(group => group.Key, group => group.ToImmutableArray());

    private void NameAll()
    {
        var taken = new HashSet<string>();
        foreach (var node in Nodes)
        {
            if (node.ExplicitName is { } name && !taken.Add(name))
                throw new ArgumentException($"Two layers are named '{name}': give one of them another name.");
        }
        var counts = new Dictionary<string, int>();
        foreach (var node in Nodes)
        {
            var name = node.ExplicitName;
            while (name is null)
            {
                var kind = node.Layer.Kind;
                counts[kind] = counts.GetValueOrDefault(kind) + 1;
                var candidate = node == InputNode && counts[kind] == 1 ? kind : kind + counts[kind].ToString(CultureInfo.InvariantCulture);
                if (taken.Add(candidate))
                    name = candidate;
            }
            names[node] = (name, names.Count);
        }
    }
}
