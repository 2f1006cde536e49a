namespace Batchwise;

/// <summary>What a <see cref="ChannelNormalization"/> is told of one channel. All in float64.</summary>
/// <param name="Mean">The batch's mean; in inference and where the layer is frozen, the stored mean.</param>
/// <param name="Variance">The batch's <i>biased</i> variance; in inference and where the layer is frozen, the stored one.</param>
/// <param name="MovingMean">The moving mean before this batch; where stored statistics are used, those again.</param>
/// <param name="MovingVariance">The moving variance (an average of <i>unbiased</i> ones) before this batch; likewise.</param>
/// <param name="Updates">How many batches the moving averages have taken, which is the training step where each is taken.</param>
/// <param name="Values">Values of the channel in the batch, m; 0 where stored statistics are used.</param>
public readonly record struct ChannelMoments(
    double Mean, double Variance, double MovingMean, double MovingVariance, long Updates, int Values);

/// <summary>
/// How one channel is normalized, xHat = (x - Center) Factor + Offset, and how that depends on the batch: all that the
/// kernels need to know of a <see cref="ChannelNormalization"/>, forward and backward. All in float64.
/// </summary>
/// <param name="Center">What is subtracted.</param>
/// <param name="Factor">What the rest is multiplied by.</param>
/// <param name="Offset">What is added then; no gradient flows through it.</param>
/// <param name="CenterPerMean">
/// The derivative of Center with respect to the batch's mean: 1 where it is the mean, 0 where none is to flow through it.
/// </param>
/// <param name="FactorPerVariance">The derivative of Factor with respect to the batch's biased variance, likewise.</param>
public readonly record struct ChannelCoefficients(
    double Center, double Factor, double Offset, double CenterPerMean, double FactorPerVariance);
