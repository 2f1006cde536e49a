using System.Collections.Immutable;

namespace Batchwise;

/// <summary>
/// A map of each channel by itself: y = (x - center) scale + shift. What a folded batch normalization becomes where no
/// layer before it can take it (paper, Algorithm 2, line 11); x, y: [N, ..., C], parameters: [C].
/// </summary>
public sealed record ChannelAffine : Layer
{
    /// <inheritdoc/>
    public override string Kind => "channelAffine";

    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs) => OnlyInput(inputs);

    /// <inheritdoc/>
    public override ImmutableArray<ParameterSpec> Parameters(ReadOnlySpan<Shape> inputs)
    {
        var vector = new Shape(OnlyInput(inputs).Channels);
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
        var channels = pass.OutputShape.Channels;
        for (var i = 0; i < x.Length; i++)
            pass.Output[i] = (x[i] - pass.Parameter(0)[i % channels]) * pass.Parameter(1)[i % channels] + pass.Parameter(2)[i % channels];
    }

    /// <inheritdoc/>
    public override void Backward(ReferencePass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var x = pass.Input();
        var channels = pass.OutputShape.Channels;
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
}
