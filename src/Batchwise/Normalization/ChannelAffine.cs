using System.Collections.Immutable;

namespace Batchwise;

/// <summary>
/// A map of each channel by itself: y = (x - center) scale + shift. What a folded batch normalization becomes where no
/// layer before it can take it (paper, Algorithm 2, line 11); x, y: [N, ..., C], parameters: [C], or [H W C] with
/// <see cref="PerActivation"/>.
/// </summary>
public sealed record ChannelAffine : Layer, IFoldable
{
    /// <summary>Whether each activation of a map, its place and channel, has a map of its own. Default: no.</summary>
    public bool PerActivation { get; init; }

    /// <inheritdoc/>
    public override string Kind => "channelAffine";

    /// <inheritdoc/>
    public override LayerAttributes Attributes => PerActivation ? LayerAttributes.Empty.With("perActivation", true) : LayerAttributes.Empty;

    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs) => OnlyInput(inputs);

    /// <inheritdoc/>
    public override ImmutableArray<ParameterSpec> Parameters(ReadOnlySpan<Shape> inputs)
    {
        var vector = new Shape(ChannelsOf(OnlyInput(inputs)));
        return
        [
            new("center", vector, ParameterRole.Beta, Initializer.Zeros),
            new("scale", vector, ParameterRole.Gamma, Initializer.Ones),
            new("shift", vector, ParameterRole.Beta, Initializer.Zeros),
        ];
    }

    /// <inheritdoc/>
    public override void Forward(ReferencePass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var x = pass.Input();
        var channels = ChannelsOf(pass.OutputShape);
        for (var i = 0; i < x.Length; i++)
            pass.Output[i] = (x[i] - pass.Parameter(0)[i % channels]) * pass.Parameter(1)[i % channels] + pass.Parameter(2)[i % channels];
    }

    /// <inheritdoc/>
    public override void Backward(ReferencePass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var x = pass.Input();
        var channels = ChannelsOf(pass.OutputShape);
        for (var i = 0; i < x.Length; i++)
        {
            var c = i % channels;
            var dy = pass.OutputGradient[i];
            pass.InputGradient()[i] += dy * pass.Parameter(1)[c];
            pass.ParameterGradient(0)[c] -= dy * pass.Parameter(1)[c];
            pass.ParameterGradient(1)[c] += dy * (x[i] - pass.Parameter(0)[c]);
            pass.ParameterGradient(2)[c] += dy;
        }
    }

    InferenceMap IFoldable.InInference(NetworkState state, Node node, StatisticsSource source)
    {
        double[] Values(string parameter)
        {
            var doubles = new List<double>();
            foreach (var value in state.Parameter($"{state.Network.NameOf(node)}.{parameter}"))
                doubles.Add(value);
            return [.. doubles];
        }
        var (center, scale) = (Values("center"), Values("scale"));
        // What folding leaves has unit deviation behind it, but for gamma, which is not known any more.
        return new ChannelMap(center, scale, Values("shift"), center.Zip(scale, (one, factor) => Math.Abs(one * factor)).Max());
    }

    internal static ChannelAffine Read(LayerAttributes settings) => new() { PerActivation = settings.Flag("perActivation", otherwise: false) };

    private int ChannelsOf(Shape shape) => PerActivation ? shape.Size : shape.Channels;
}
