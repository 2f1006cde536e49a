using System.Collections.Immutable;

namespace Batchwise;

/// <summary>
/// What a network has learned: the values of its parameters (float32) and of its statistics (float64), by name
/// (<c>dense1.weight</c>, <c>batchNorm1.movingMean</c>). Plans are bound to a state and see its changes. Parameters lie
/// outside the managed heap and are freed when nothing refers to the state any more, so there is nothing to dispose of.
/// </summary>
public sealed class NetworkState
{
    private readonly Dictionary<string, ParameterEntry> parametersByName = [];
    private readonly Dictionary<string, StatisticEntry> statisticsByName = [];

    private NetworkState(Network network)
    {
        Network = network;
        var parameters = ImmutableArray.CreateBuilder<ParameterEntry>();
        var statistics = ImmutableArray.CreateBuilder<StatisticEntry>();
        long offset = 0;
        foreach (var node in network.Nodes)
        {
            foreach (var spec in node.Parameters)
            {
                parameters.Add(new($"{network.NameOf(node)}.{spec.Name}", node, spec, offset));
                offset += AlignedMemory.RoundUp(spec.Shape.Size);
            }
            foreach (var spec in node.Statistics)
                statistics.Add(new($"{network.NameOf(node)}.{spec.Name}", node, spec, new double[spec.Length]));
        }
        Parameters = parameters.ToImmutable();
        Statistics = statistics.ToImmutable();
        Memory = new AlignedMemory(offset);
        foreach (var entry in Parameters)
            parametersByName.Add(entry.Name, entry);
        foreach (var entry in Statistics)
        {
            statisticsByName.Add(entry.Name, entry);
            entry.Values.AsSpan().Fill(entry.Spec.Initial);
        }
    }

    /// <summary>The network whose state it is.</summary>
    public Network Network { get; }

    /// <summary>The names of all parameters, in the network's order.</summary>
    public IEnumerable<string> ParameterNames => Parameters.Select(entry => entry.Name);

    /// <summary>The names of all statistics, in the network's order.</summary>
    public IEnumerable<string> StatisticNames => Statistics.Select(entry => entry.Name);

    internal ImmutableArray<ParameterEntry> Parameters { get; }

    internal ImmutableArray<StatisticEntry> Statistics { get; }

    internal AlignedMemory Memory { get; }

    /// <summary>
    /// A network's state before training: parameters drawn by their initializers, statistics at their first values. The
    /// k-th parameter that is drawn at random gets the k-th stream of the seed, so that networks which differ only by
    /// layers without random parameters (batch normalization) start from the same weights.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="seed">The run's seed.</param>
    public static NetworkState Create(Network network, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(network);
        var state = new NetworkState(network);
        ulong stream = 0;
        foreach (var entry in state.Parameters)
        {
            var random = new Philox(seed, RandomPurpose.Weights, stream);
            entry.Spec.Initializer.Fill(state.Values(entry), entry.Spec.FanIn, entry.Spec.FanOut, ref random);
            if (entry.Spec.Initializer.IsRandom)
                stream++;
        }
        foreach (var node in network.Nodes)
            node.Layer.CompleteParameters(state, node);
        return state;
    }

    /// <summary>
    /// A parameter's values; writing to them changes it. They lie outside the managed heap: the span is valid only while the
    /// state is referenced, so keep the state for as long as the span.
    /// </summary>
    /// <param name="name">Its name: <c>dense1.weight</c>.</param>
    /// <exception cref="ArgumentException">There is none of that name; the message lists those there are.</exception>
    public Span<float> Parameter(string name) => Values(ParameterOf(name));

    /// <summary>The extents of a parameter.</summary>
    /// <param name="name">Its name: <c>dense1.weight</c>.</param>
    /// <exception cref="ArgumentException">There is none of that name; the message lists those there are.</exception>
    public Shape ParameterShape(string name) => ParameterOf(name).Spec.Shape;

    /// <summary>A statistic's values; writing to them changes it.</summary>
    /// <param name="name">Its name: <c>batchNorm1.movingMean</c>.</param>
    /// <exception cref="ArgumentException">There is none of that name; the message lists those there are.</exception>
    public Span<double> Statistic(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return statisticsByName.TryGetValue(name, out var entry)
            ? entry.Values
            : throw Unknown("statistic", name, [.. StatisticNames], parametersByName.ContainsKey(name) ? "a parameter: read it with Parameter" : null);
    }

    /// <summary>A copy that shares nothing with this state.</summary>
    public NetworkState Clone()
    {
        var copy = new NetworkState(Network);
        copy.CopyMatching(this);
        return copy;
    }

    /// <summary>
    /// Takes over the values of every parameter and statistic that the other state has under the same name and with the same
    /// shape; the rest stay as they are. Nothing is shared afterwards. The networks may differ otherwise, so compare the
    /// number returned with what you expect.
    /// </summary>
    /// <param name="other">The state to copy from; it stays as it is.</param>
    /// <returns>How many parameters and statistics were taken over.</returns>
    public int CopyMatching(NetworkState other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var copied = 0;
        foreach (var entry in Parameters)
        {
            if (!other.parametersByName.TryGetValue(entry.Name, out var source) || source.Spec.Shape != entry.Spec.Shape)
                continue;
            other.Values(source).CopyTo(Values(entry));
            copied++;
        }
        foreach (var entry in Statistics)
        {
            if (!other.statisticsByName.TryGetValue(entry.Name, out var source) || source.Spec.Length != entry.Spec.Length)
                continue;
            source.Values.CopyTo(entry.Values.AsSpan());
            copied++;
        }
        return copied;
    }

    private ParameterEntry ParameterOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return parametersByName.TryGetValue(name, out var entry)
            ? entry
            : throw Unknown("parameter", name, [.. ParameterNames], statisticsByName.ContainsKey(name) ? "a statistic: read it with Statistic" : null);
    }

    private static ArgumentException Unknown(string kind, string name, string[] names, string? instead) => new(
        instead is not null ? $"'{name}' is {instead}."
        : $"The network has no {kind} '{name}'; it has {(names.Length == 0 ? "none" : string.Join(", ", names))}.", nameof(name));

    internal Span<float> Values(ParameterEntry entry) => Memory.Span(entry.Offset, entry.Spec.Shape.Size);

    internal ParameterEntry Entry(Node node, int index) =>
        parametersByName[$"{Network.NameOf(node)}.{node.Parameters[index].Name}"];

    internal double[] StatisticValues(Node node, string name) => statisticsByName[$"{Network.NameOf(node)}.{name}"].Values;
}

/// <summary>A parameter's place in a state's memory.</summary>
sealed record ParameterEntry(string Name, Node Node, ParameterSpec Spec, long Offset);

/// <summary>A statistic and its values.</summary>
sealed record StatisticEntry(string Name, Node Node, StatisticSpec Spec, double[] Values);
