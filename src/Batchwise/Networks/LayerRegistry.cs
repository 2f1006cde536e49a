using System.Collections.Immutable;

namespace Batchwise;

/// <summary>
/// Which layers a model file may hold: a kind's name and how its settings are read. An immutable value; a layer of your own
/// is added by <see cref="With"/>.
/// </summary>
public sealed class LayerRegistry
{
    private readonly ImmutableDictionary<string, Func<LayerAttributes, Layer>> readers;

    private LayerRegistry(ImmutableDictionary<string, Func<LayerAttributes, Layer>> readers) => this.readers = readers;

    /// <summary>The layers of the networks' own floor; normalization adds its own in <c>StandardLayers</c>.</summary>
    internal static LayerRegistry Basic { get; } = new LayerRegistry(ImmutableDictionary<string, Func<LayerAttributes, Layer>>.Empty)
        .With("input", Input.Read)
        .With("flatten", _ => new Flatten())
        .With("dense", Dense.Read)
        .With("sigmoid", _ => new Sigmoid())
        .With("tanh", _ => new Tanh())
        .With("relu", _ => new Relu())
        .With("leakyRelu", attributes => new LeakyRelu(attributes.Number("slope")))
        .With("elu", attributes => new Elu(attributes.Number("alpha")))
        .With("gelu", attributes => new Gelu { Approximate = attributes.Flag("approximate") })
        .With("silu", _ => new Silu())
        .With("hardSigmoid", attributes => new HardSigmoid(attributes.Number("alpha"), attributes.Number("beta")))
        .With("hardSwish", _ => new HardSwish())
        .With("clip", attributes => new Clip(attributes.Number("minimum"), attributes.Number("maximum")))
        .With("prelu", attributes => new Prelu { InitialSlope = attributes.Number("initialSlope") })
        .With("dropout", attributes => new Dropout(attributes.Number("probability")))
        .With("sum", _ => new Sum())
        .With("concatenation", _ => new Concatenation())
        .With("convolution", Convolution.Read)
        .With("maxPool", MaxPool.Read)
        .With("averagePool", AveragePool.Read)
        .With("globalAveragePool", _ => new GlobalAveragePool())
        .With("globalMaxPool", _ => new GlobalMaxPool())
        .With("localResponseNorm", LocalResponseNormalization.Read);

    /// <summary>This registry and one more kind of layer; a kind that is there is replaced.</summary>
    /// <param name="kind">The layer's <see cref="Layer.Kind"/>.</param>
    /// <param name="read">Makes the layer from its settings.</param>
    public LayerRegistry With(string kind, Func<LayerAttributes, Layer> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(kind);
        ArgumentNullException.ThrowIfNull(read);
        return new(readers.SetItem(kind, read));
    }

    /// <summary>Makes a layer of a kind from its settings.</summary>
    /// <param name="kind">The kind, as <see cref="Layer.Kind"/> has it.</param>
    /// <param name="attributes">The layer's settings.</param>
    /// <exception cref="InvalidDataException">The kind is unknown or a setting is missing or wrong.</exception>
    public Layer Read(string kind, LayerAttributes attributes)
    {
        if (!readers.TryGetValue(kind, out var read))
        {
            throw new InvalidDataException(
                $"the kind of layer '{kind}' is unknown; known are {string.Join(", ", readers.Keys.Order(StringComparer.Ordinal))}; pass a LayerRegistry that knows it.");
        }
        try
        {
            return read(attributes);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException(error.Message);
        }
    }
}
