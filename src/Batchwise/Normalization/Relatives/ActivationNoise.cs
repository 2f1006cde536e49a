using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// Noise whose distribution changes at every step: y = s x + m, in training alone. Put behind a batch normalization, it
/// brings back more covariate shift than normalization took away.
/// </summary>
/// <remarks>
/// <para>For each unit (a vector's feature, a map's channel) and step: mu from U(-<see cref="MeanRange"/>, MeanRange), sigma from
/// U(1, <see cref="LargestScale"/>). Then for each value of the unit (a sample's, and of maps each position's): m from
/// U(mu - <see cref="MeanSpread"/>, mu + MeanSpread), s from N(sigma, <see cref="ScaleSpread"/>), a deviation.</para>
/// <para>Shapes pass through; no parameters, no state, no statistics: which variance is no question. In a statistics pass and
/// in inference y = x. The numbers come from the counter-based generator, by seed, step and the layer's place, so that backward, a resumed run
/// and any number of threads draw the same ones. It runs by its reference.</para>
/// <para>Paper: Santurkar et al., <i>How Does Batch Normalization Help Optimization?</i>, arXiv 1805.11604, appendix on "noisy" batch
/// normalization, whose constants are the defaults.</para>
/// </remarks>
public sealed record ActivationNoise : Layer
{
    /// <summary>The paper's n_mu: how far from 0 a unit's mean shift may lie. Default: 0.5.</summary>
    public double MeanRange { get; init; } = 0.5;

    /// <summary>The paper's n_sigma: a unit's largest mean scale, at least 1. Default: 1.25.</summary>
    public double LargestScale { get; init; } = 1.25;

    /// <summary>The paper's r_mu: how far from its unit's mean a value's shift may lie. Default: 0.1.</summary>
    public double MeanSpread { get; init; } = 0.1;

    /// <summary>The paper's r_sigma: the deviation of a value's scale about its unit's mean. Default: 0.1.</summary>
    public double ScaleSpread { get; init; } = 0.1;

    /// <inheritdoc/>
    public override string Kind => "activationNoise";

    /// <inheritdoc/>
    public override LayerAttributes Attributes => LayerAttributes.Empty
        .With("meanRange", MeanRange).With("largestScale", LargestScale).With("meanSpread", MeanSpread).With("scaleSpread", ScaleSpread);

    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs)
    {
        foreach (var (name, value, least) in new[] { (nameof(MeanRange), MeanRange, 0), (nameof(LargestScale), LargestScale, 1), (nameof(MeanSpread), MeanSpread, 0), (nameof(ScaleSpread), ScaleSpread, 0) })
        {
            if (!(value >= least && double.IsFinite(value)))
                throw new ArgumentException(Invariant($"{name} is a finite number from {least} on, {value} is not: with {least} that part of the noise is none."));
        }
        return OnlyInput(inputs);
    }

    /// <inheritdoc/>
    public override void Forward(ReferencePass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var x = pass.Input();
        for (var i = 0; i < x.Length; i++)
        {
            var (scale, shift) = Noise(pass, i);
            pass.Output[i] = scale * x[i] + shift;
        }
    }

    /// <inheritdoc/>
    public override void Backward(ReferencePass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var dx = pass.InputGradient();
        for (var i = 0; i < dx.Length; i++)
            dx[i] += pass.OutputGradient[i] * Noise(pass, i).Scale;
    }

    internal static ActivationNoise Read(LayerAttributes settings) => new()
    {
        MeanRange = settings.Number("meanRange"),
        LargestScale = settings.Number("largestScale"),
        MeanSpread = settings.Number("meanSpread"),
        ScaleSpread = settings.Number("scaleSpread"),
    };

    /// <summary>The first blocks of the layer's stream belong to its units, the rest to the values in their order.</summary>
    private (double Scale, double Shift) Noise(ReferencePass pass, int value)
    {
        if (pass.Mode != NetworkMode.Training)
            return (1, 0);
        var units = pass.OutputShape.Channels;
        var key = pass.Random;
        var unit = Philox.Block(key.Seed, RandomPurpose.ActivationNoise, key.Index, (uint)(value % units));
        var own = Philox.Block(key.Seed, RandomPurpose.ActivationNoise, key.Index, (uint)units + (uint)value);
        var mu = MeanRange * (2 * Unit(unit.A) - 1);
        var sigma = 1 + (LargestScale - 1) * Unit(unit.B);
        // Box and Muller; the logarithm's argument lies in (0, 1].
        var normal = Math.Sqrt(-2 * Math.Log(1 - Unit(own.A))) * Math.Cos(2 * Math.PI * Unit(own.B));
        return (sigma + ScaleSpread * normal, mu + MeanSpread * (2 * Unit(own.C) - 1));
    }

    private static double Unit(uint word) => word / 4294967296.0;
}
