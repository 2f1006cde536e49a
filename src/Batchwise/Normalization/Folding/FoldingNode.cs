namespace Batchwise;

/// <summary>
/// A layer of a network that is being folded: what it computes may change, and who reads whom. Its values are float64.
/// </summary>
sealed class FoldingNode
{
    private readonly NetworkState state;
    private double[]? weight;
    private double[]? bias;

    /// <summary>A layer as it is in a network, on the inputs that it has in the graph.</summary>
    /// <param name="state">The network's state.</param>
    /// <param name="source">The layer's place in it.</param>
    /// <param name="inputs">Whose outputs it reads.</param>
    /// <param name="map">What it computes in inference, where it is to become that; null where it stays.</param>
    public FoldingNode(NetworkState state, Node source, IReadOnlyList<FoldingNode> inputs, InferenceMap? map)
    {
        this.state = state;
        Source = source;
        Name = state.Network.NameOf(source);
        Inputs = [.. inputs];
        Layer = source.Layer;
        foreach (var input in Inputs)
            input.Readers.Add(this);
        switch (map)
        {
            case ChannelMap channels:
                Become(channels);
                break;
            case not null:
                Become(map);
                break;
            case null when source.Layer is LinearLayer { Reparameterization: var reparameterization } layer
                && reparameterization != Reparameterization.None:
                Layer = layer with { Reparameterization = Reparameterization.None };
                weight = MaterializedWeight.Of(state, source);
                break;
        }
    }

    /// <summary>Where it stands in the network that is folded.</summary>
    public Node Source { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The layer.</summary>
    public Layer Layer { get; private set; }

    /// <summary>The layers whose outputs it reads.</summary>
    public List<FoldingNode> Inputs { get; }

    /// <summary>The layers that read its output, one entry for each time.</summary>
    public List<FoldingNode> Readers { get; } = [];

    /// <summary>The shape of one sample's output.</summary>
    public Shape Shape => Source.Shape;

    /// <summary>The map that it is, where it maps each channel by itself.</summary>
    public ChannelMap? Map { get; private set; }

    /// <summary>The map that it is, where it mixes channels: a whitening.</summary>
    public InferenceMap? Mixing { get; private set; }

    /// <summary>Whether a normalization is part of it.</summary>
    public bool HoldsNormalization { get; private set; }

    /// <summary>A linear layer's weight, outputs last; writing to it changes it.</summary>
    public double[] Weight => weight ??= Read("weight");

    /// <summary>A linear layer's bias, which it gets where it has none; writing to it changes it.</summary>
    public double[] Bias
    {
        get
        {
            if (bias is not null)
                return bias;
            var linear = (LinearLayer)Layer;
            bias = linear.Bias ? Read("bias") : new double[linear.Outputs];
            Layer = linear with { Bias = true };
            return bias;
        }
    }

    /// <summary>Its parameters that are no longer those of the state that is folded, by their full names.</summary>
    public IEnumerable<(string Name, double[] Values)> Changed
    {
        get
        {
            if (Map is { } map)
                return [($"{Name}.center", map.Center.ToArray()), ($"{Name}.scale", map.Scale.ToArray()),
                    ($"{Name}.shift", map.Shift.ToArray())];
            return new[] { ($"{Name}.weight", weight), ($"{Name}.bias", bias) }.Where(entry => entry.Item2 is not null)
                .Select(entry => (entry.Item1, entry.Item2!));
        }
    }

    /// <summary>Notes that a normalization is part of it now.</summary>
    public void Hold() => HoldsNormalization = true;

    /// <summary>Makes it a map of each channel.</summary>
    public void Become(ChannelMap map)
    {
        Map = map;
        Layer = new ChannelAffine { PerActivation = map.Length != Shape.Channels };
        HoldsNormalization = true;
    }

    /// <summary>Multiplies a linear layer's outputs by M and adds to them: W' = W M, b' = (b - center) M + shift.</summary>
    public void Append(InferenceMap map)
    {
        var row = Bias;
        for (var first = 0; first < Weight.Length; first += row.Length)
            map.Multiply(Weight.AsSpan(first, row.Length));
        for (var c = 0; c < row.Length; c++)
            row[c] -= map.Center[c];
        map.Multiply(row);
        for (var c = 0; c < row.Length; c++)
            row[c] += map.Shift[c];
        // A whitening that becomes a linear layer stays the map that it is, with what follows.
        Mixing = null;
        HoldsNormalization = true;
    }

    // M as the weight of a linear layer.
    private void Become(InferenceMap map)
    {
        Mixing = map;
        var channels = map.Center.Length;
        Layer = Shape.Rank > 1 ? new Convolution(channels, Window.Square(1)) : new Dense(channels);
        weight = new double[channels * channels];
        for (var c = 0; c < channels; c++)
            weight[c * channels + c] = 1;
        bias = new double[channels];
        Append(map);
        Mixing = map;
    }

    private double[] Read(string parameter)
    {
        var values = state.Parameter($"{Name}.{parameter}");
        var doubles = new double[values.Length];
        for (var i = 0; i < doubles.Length; i++)
            doubles[i] = values[i];
        return doubles;
    }
}
