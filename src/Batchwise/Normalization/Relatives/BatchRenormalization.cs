using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// Batch renormalization: xHat = (x - mean) / sigmaB r + d, with r = sigmaB / sigma clipped to [1/rMax, rMax] and
/// d = (mean - movingMean) / sigma clipped to [-dMax, dMax], so that training normalizes nearly as inference will.
/// </summary>
/// <remarks>
/// <para>Shapes, parameters and state are <see cref="ChannelNormalization"/>'s.</para>
/// <para>Which variance: sigmaB = sqrt(variance + epsilon) of the batch's <i>biased</i> variance, sigma = sqrt(movingVariance +
/// epsilon) of the moving average of <i>unbiased</i> ones, before this batch. (The paper averages sigmaB instead.)</para>
/// <para>Training: r and d are constants to the gradient, which otherwise flows through the batch's mean and variance. Where
/// nothing is clipped, xHat is (x - movingMean) / sigma. Inference: r = 1 and d = 0, as batch normalization.</para>
/// <para>Warm-up, by how many batches the moving averages have taken (they must be updated, or it never ends): rMax = 1 and
/// dMax = 0, which is batch normalization, up to <see cref="WarmUp"/>; then both grow linearly.</para>
/// <para>Paper: Ioffe, <i>Batch Renormalization</i>, arXiv 1702.03275, Algorithm 1 and section 4, whose settings are the defaults, but for
/// the moving averages: there a new batch weighs 0.01, here <see cref="BatchStatisticsLayer.NewBatchWeight"/> says how much.</para>
/// </remarks>
public sealed record BatchRenormalization : ChannelNormalization
{
    /// <summary>rMax once it is reached, at least 1. Default: 3.</summary>
    public double RMax { get; init; } = 3;

    /// <summary>dMax once it is reached, at least 0. Default: 5.</summary>
    public double DMax { get; init; } = 5;

    /// <summary>Batches that are normalized as by batch normalization. Default: 5,000.</summary>
    public int WarmUp { get; init; } = 5_000;

    /// <summary>The batch at which rMax reaches <see cref="RMax"/>. Default: 40,000.</summary>
    public int RMaxAt { get; init; } = 40_000;

    /// <summary>The batch at which dMax reaches <see cref="DMax"/>. Default: 25,000.</summary>
    public int DMaxAt { get; init; } = 25_000;

    /// <inheritdoc/>
    public override string Kind => "batchRenorm";

    /// <inheritdoc/>
    public override LayerAttributes Attributes => base.Attributes
        .With("rMax", RMax).With("dMax", DMax).With("warmUp", WarmUp).With("rMaxAt", RMaxAt).With("dMaxAt", DMaxAt);

    /// <inheritdoc/>
    public override bool SubsumesBias => true;

    /// <inheritdoc/>
    public override ChannelCoefficients Coefficients(in ChannelMoments moments)
    {
        var invStd = 1 / Math.Sqrt(moments.Variance + Epsilon);
        var movingInvStd = 1 / Math.Sqrt(moments.MovingVariance + Epsilon);
        var (rMax, dMax) = (1 + (RMax - 1) * Reached(moments.Updates, RMaxAt), DMax * Reached(moments.Updates, DMaxAt));
        var r = Math.Clamp(movingInvStd / invStd, 1 / rMax, rMax);
        var d = Math.Clamp((moments.Mean - moments.MovingMean) * movingInvStd, -dMax, dMax);
        return new(moments.Mean, invStd * r, d, 1, -0.5 * invStd * invStd * invStd * r);
    }

    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs)
    {
        if (!(RMax >= 1 && double.IsFinite(RMax)))
            throw new ArgumentException(Invariant($"RMax is a finite number from 1 on, {RMax} is not: 1 leaves the batch's deviation as it is."));
        if (!(DMax >= 0 && double.IsFinite(DMax)))
            throw new ArgumentException(Invariant($"DMax is a finite number from 0 on, {DMax} is not: 0 leaves the batch's mean as it is."));
        if (WarmUp < 0 || RMaxAt < WarmUp || DMaxAt < WarmUp)
            throw new ArgumentException(Invariant($"The warm-up of {WarmUp} batches ends before rMax and dMax are reached, but RMaxAt is {RMaxAt} and DMaxAt {DMaxAt}."));
        return base.OutputShape(inputs);
    }

    internal static BatchRenormalization Read(LayerAttributes settings) => WithSettings(
        new BatchRenormalization
        {
            RMax = settings.Number("rMax"),
            DMax = settings.Number("dMax"),
            WarmUp = settings.Integer("warmUp"),
            RMaxAt = settings.Integer("rMaxAt"),
            DMaxAt = settings.Integer("dMaxAt"),
        }, settings);

    /// <summary>Which part of the way from the warm-up's end to a given batch is behind us.</summary>
    private double Reached(long updates, int at) =>
        updates >= at ? 1 : updates <= WarmUp ? 0 : (double)(updates - WarmUp) / (at - WarmUp);
}
