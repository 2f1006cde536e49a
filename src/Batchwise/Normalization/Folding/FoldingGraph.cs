namespace Batchwise;

/// <summary>
/// A network while it is folded. Each normalization by statistics is the map that it computes in inference, in its place.
/// </summary>
sealed class FoldingGraph
{
    private readonly NetworkState state;
    private FoldingNode output;

    /// <param name="state">The trained state; it is left as it is.</param>
    /// <param name="source">Which statistics.</param>
    /// <param name="keep">Which normalizations stay as they are.</param>
    public FoldingGraph(NetworkState state, StatisticsSource source, Func<Node, bool> keep)
    {
        this.state = state;
        var made = new Dictionary<Node, FoldingNode>();
        foreach (var node in state.Network.Nodes)
        {
            var map = keep(node) ? null : (node.Layer as IFoldable)?.InInference(state, node, source);
            made[node] = new(state, node, [.. node.Inputs.Select(input => made[input])], map);
        }
        output = made[state.Network.Output];
        Nodes = [.. made.Values];
    }

    /// <summary>All layers, each after those it reads.</summary>
    public List<FoldingNode> Nodes { get; }

    /// <summary>
    /// Whether something besides one layer reads a value: another layer, the same one again, or the network's output.
    /// </summary>
    public bool IsShared(FoldingNode node) => node == output || node.Readers.Count != 1;

    /// <summary>Whether a value is the network's output.</summary>
    public bool IsOutput(FoldingNode node) => node == output;

    /// <summary>Removes a layer. Its readers read another layer's output instead.</summary>
    /// <param name="node">The layer.</param>
    /// <param name="by">The layer whose output has the same value now.</param>
    public void Replace(FoldingNode node, FoldingNode by)
    {
        foreach (var reader in node.Readers)
        {
            reader.Inputs[reader.Inputs.IndexOf(node)] = by;
            by.Readers.Add(reader);
        }
        node.Readers.Clear();
        output = output == node ? by : output;
        Remove(node);
    }

    /// <summary>Takes out a layer whose output is no longer read.</summary>
    public void Remove(FoldingNode node)
    {
        foreach (var input in node.Inputs)
            input.Readers.Remove(node);
        Nodes.Remove(node);
    }

    /// <summary>The folded network with its values, rounded once.</summary>
    public NetworkState ToState()
    {
        var made = new Dictionary<FoldingNode, Node>();
        foreach (var node in Nodes)
        {
            // Names are those of the network that was folded, so that a layer keeps its own when others go.
            made[node] = node.Source == state.Network.InputNode ? node.Source
                : new Node(node.Layer, [.. node.Inputs.Select(input => made[input])], node.Name);
        }
        var result = NetworkState.Create(new Network(made[output]), 0);
        result.CopyMatching(state);
        foreach (var node in Nodes)
        {
            foreach (var (name, values) in node.Changed)
                Round(values, result.Parameter(name));
            if (node.Map is { } map)
                CompensateCenter(map, result, node.Name);
        }
        return result;
    }

    private static void Round(double[] values, Span<float> destination)
    {
        for (var i = 0; i < values.Length; i++)
            destination[i] = (float)values[i];
    }

    /// <summary>What rounding the center leaves goes into the shift.</summary>
    private static void CompensateCenter(ChannelMap map, NetworkState result, string name)
    {
        var center = result.Parameter($"{name}.center");
        var scale = result.Parameter($"{name}.scale");
        var shift = result.Parameter($"{name}.shift");
        for (var c = 0; c < map.Length; c++)
            shift[c] = (float)(map.Shift[c] - (map.Center[c] - center[c]) * scale[c]);
    }
}
