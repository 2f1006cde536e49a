using System.Collections.Immutable;

namespace Batchwise;

/// <summary>
/// What a network has learned: the values of its parameters (float32) and of its statistics (float64), by name
/// (<c>dense1.weight</c>, <c>batchNorm1.movingMean</c>). Plans are bound to a state and see its changes.
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
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public Span<float> Parameter(string name) => parametersByName.TryGetValue(name, out var entry)
        ? Values(entry)
        : throw new ArgumentException($"The network has no parameter '{name}'; it has {string.Join(", ", ParameterNames)}.", nameof(name));

    /// <summary>The extents of a parameter.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public Shape ParameterShape(string name) => parametersByName.TryGetValue(name, out var entry)
        ? entry.Spec.Shape
        : throw new ArgumentException($"The network has no parameter '{name}'.", nameof(name));

    /// <summary>A statistic's values; writing to them changes it.</summary>
    /// <param name="name">Its name: <c>batchNorm1.movingMean</c>.</param>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public Span<double> Statistic(string name) => statisticsByName.TryGetValue(name, out var entry)
        ? entry.Values
        : throw new ArgumentException($"The network has no statistic '{name}'; it has {string.Join(", ", StatisticNames)}.", nameof(name));

    /// <summary>A copy that shares nothing with this state.</summary>
    public NetworkState Clone()
    {
        var copy = new NetworkState(Network);
        copy.CopyMatching(this);
        return copy;
    }

    /// <summary>
    /// Takes over the values of every parameter and statistic that the other state has under the same name and size; the
    /// rest stay as they are.
    /// </summary>
    /// <returns>How many tensors were taken over.</returns>
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

    internal Span<float> Values(ParameterEntry entry) => Memory.Span(entry.Offset, entry.Spec.Shape.Size);

    internal ParameterEntry Entry(Node node, int index) =>
        parametersByName[$"{Network.NameOf(node)}.{node.Parameters[index].Name}"];

    internal double[] StatisticValues(Node node, string name) => statisticsByName[$"{Network.NameOf(node)}.{name}"].Values;
}

/// <summary>A parameter's place in a state's memory.</summary>
sealed record ParameterEntry(string Name, Node Node, ParameterSpec Spec, long Offset);

/// <summary>A statistic and its values.</summary>
sealed record StatisticEntry(string Name, Node Node, StatisticSpec Spec, double[] Values);
