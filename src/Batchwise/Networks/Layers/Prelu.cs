using System.Collections.Immutable;
using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// The parametric rectifier: y = x above zero, y = slope x below, with one learned slope per channel (He et al.,
/// arXiv 1502.01852, section 2.1). Slopes are not decayed.
/// </summary>
public sealed record Prelu : Layer
{
    /// <summary>Every slope at the start. Default: 0.25, as in that paper.</summary>
    public double InitialSlope { get; init; } = 0.25;

    /// <inheritdoc/>
    public override string Kind => "prelu";

    /// <inheritdoc/>
    public override LayerAttributes Attributes => LayerAttributes.Empty.With("initialSlope", InitialSlope);

    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs) => float.IsFinite((float)InitialSlope)
        ? OnlyInput(inputs)
        : throw new ArgumentException(Invariant($"A rectifier's initial slope is a finite float32 number, not {InitialSlope}."));

    /// <inheritdoc/>
    public override ImmutableArray<ParameterSpec> Parameters(ReadOnlySpan<Shape> inputs) =>
        [new("slope", new Shape(OnlyInput(inputs).Channels), ParameterRole.Slope, Initializer.Constant(InitialSlope))];

    /// <inheritdoc/>
    public override void Forward(ReferencePass pass)
    {
        var slope = pass.Parameter(0);
        var x = pass.Input();
        for (var i = 0; i < x.Length; i++)
            pass.Output[i] = x[i] > 0 ? x[i] : slope[i % slope.Length] * x[i];
    }

    /// <inheritdoc/>
    public override void Backward(ReferencePass pass)
    {
        var slope = pass.Parameter(0);
        var x = pass.Input();
        for (var i = 0; i < x.Length; i++)
        {
            var dy = pass.OutputGradient[i];
            pass.InputGradient()[i] += x[i] > 0 ? dy : slope[i % slope.Length] * dy;
            pass.ParameterGradient(0)[i % slope.Length] += x[i] > 0 ? 0 : x[i] * dy;
        }
    }
}
