namespace Batchwise;

/// <summary>
/// How much handwriting varies. Lengths are in heights of a digit, deviations those of <see cref="PortableRandom.Bell"/>. Chosen so
/// that the images look like MNIST's (mean 0.13, deviation 0.31) and classifiers find them as hard.
/// </summary>
static class DigitStyle
{
    /// <summary>The least factor on every movement of the hand, and what the most hasty hand adds to it.</summary>
    public const double Calm = 0.6, Haste = 1.5;

    /// <summary>The deviation of each point of the skeleton, and of the smooth field's vectors.</summary>
    public const double Jitter = 0.02, Elastic = 0.11;

    /// <summary>How far the top leans to the right of the foot: mean and deviation.</summary>
    public const double MeanSlant = 0.14, SlantDeviation = 0.20;

    /// <summary>The deviation of the turn, in radians.</summary>
    public const double TurnDeviation = 0.10;

    /// <summary>The factor on the width of the skeleton: mean, and deviation as a share of it.</summary>
    public const double MeanWidth = 0.80, WidthDeviation = 0.20;

    /// <summary>The longer side of the box around the pen's path, in pixels: mean, and deviation as a share of it.</summary>
    public const double MeanSize = 18.2, SizeDeviation = 0.06;

    /// <summary>The deviation of the box's middle from the image's, in pixels each way.</summary>
    public const double ShiftDeviation = 0.7;

    /// <summary>The radius of the thinnest and of the thickest pen, in pixels.</summary>
    public const double ThinPen = 0.9, ThickPen = 1.8;

    /// <summary>The least and the greatest pressure at either end of a stroke, as a factor on the pen's radius.</summary>
    public const double LeastPressure = 0.75, GreatestPressure = 1.2;

    /// <summary>The width of the ink's soft edge, in pixels: least and greatest.</summary>
    public const double SharpEdge = 0.8, SoftEdge = 1.5;

    /// <summary>The largest share of its ink that a pixel can lose to the paper's grain, on the roughest paper.</summary>
    public const double Grain = 0.25;
}
