using System.Collections.Immutable;
using System.Text;

namespace Batchwise;

/// <summary>A layer applied to the outputs of other nodes: a place in a network. Immutable; networks share nodes.</summary>
public sealed class Node
{
    private const string NameRule = "a name is not empty and has no dot, space, quote or control character";

    /// <summary>Applies a layer to inputs and infers the output's shape.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">The nodes whose outputs it takes, in order.</param>
    /// <param name="name">Its name; null lets the network number it by its kind (<c>dense2</c>).</param>
    /// <exception cref="ArgumentException">The layer cannot take these inputs.</exception>
    public Node(Layer layer, ImmutableArray<Node> inputs, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        if (name is not null && !IsName(name))
            throw new ArgumentException($"'{name}' cannot name a layer: {NameRule}.", nameof(name));
        if (!IsName(layer.Kind))
            throw new ArgumentException($"'{layer.Kind}' cannot be the kind of a layer, which its automatic name begins with: {NameRule}.", nameof(layer));
        Layer = layer;
        Inputs = inputs;
        ExplicitName = name;
        Shape = layer.OutputShape(InputShapes);
        Parameters = layer.Parameters(InputShapes);
        Statistics = layer.Statistics(InputShapes);
    }

    /// <summary>The layer.</summary>
    public Layer Layer { get; }

    /// <summary>The nodes whose outputs it takes.</summary>
    public ImmutableArray<Node> Inputs { get; }

    /// <summary>The name it was given, or null where the network numbers it.</summary>
    public string? ExplicitName { get; }

    /// <summary>The shape of one sample's output.</summary>
    public Shape Shape { get; }

    /// <summary>The shapes of one sample's inputs.</summary>
    public Shape[] InputShapes => [.. Inputs.Select(input => input.Shape)];

    /// <summary>The trainable tensors it needs.</summary>
    public ImmutableArray<ParameterSpec> Parameters { get; }

    /// <summary>The statistics it accumulates.</summary>
    public ImmutableArray<StatisticSpec> Statistics { get; }

    // A lone half of a surrogate pair is enumerated as the replacement character; neither survives a model file.
    internal static bool IsName(string text) => text.Length > 0 && text.EnumerateRunes().All(rune =>
        rune.Value is not ('.' or '"') && rune != Rune.ReplacementChar && !Rune.IsWhiteSpace(rune) && !Rune.IsControl(rune));
}
