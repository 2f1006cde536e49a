using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// Random changes of an image's light: brightness, contrast and saturation, each multiplied by a factor drawn uniformly from
/// [1 - strength, 1 + strength). Reducing them is one of the paper's changes for batch-normalized networks (section 4.2.1): a network
/// that trains faster sees each example fewer times, and had better see it as it is. The paper gives no strengths.
/// </summary>
/// <param name="Brightness">The strength for brightness, in [0, 1]; 0 leaves it.</param>
/// <param name="Contrast">The strength for contrast, the distance from the image's mean grey, in [0, 1]; 0 leaves it.</param>
/// <param name="Saturation">The strength for saturation, a pixel's distance from its own grey, in [0, 1]; 0 leaves it.</param>
public sealed record Photometric(float Brightness, float Contrast, float Saturation)
{
    /// <summary>Light as it is.</summary>
    public static Photometric Off { get; } = new(0, 0, 0);

    /// <summary>Strengths of 0.2: our choice for networks with batch normalization.</summary>
    public static Photometric Reduced { get; } = new(0.2f, 0.2f, 0.2f);

    /// <summary>Strengths of 0.5: factors in [0.5, 1.5), as Howard (2013, arXiv 1312.5402) has them, whom the cited Inception follows.</summary>
    public static Photometric Full { get; } = new(0.5f, 0.5f, 0.5f);

    internal void RequireStrengths()
    {
        if (!(Brightness is >= 0 and <= 1 && Contrast is >= 0 and <= 1 && Saturation is >= 0 and <= 1))
            throw new ArgumentException(Invariant($"Photometric strengths lie in [0, 1], not {Brightness}, {Contrast}, {Saturation}: 0.5 is strong already."));
    }

    /// <summary>Changes an image in place; the result is cut off at 0 and 1.</summary>
    /// <param name="image">Pixels in [0, 1]: [places, channels], channels 1 or 3.</param>
    /// <param name="channels">1 for grey, 3 for red, green, blue.</param>
    /// <param name="random">Gives three numbers.</param>
    internal void Apply(Span<float> image, int channels, ref Philox random)
    {
        var brightness = Factor(Brightness, ref random);
        var contrast = Factor(Contrast, ref random);
        var saturation = Factor(Saturation, ref random);
        if (this == Off)
            return;
        var sum = 0.0;
        for (var at = 0; at < image.Length; at += channels)
            sum += Grey(image.Slice(at, channels));
        // Brightness, then contrast about the mean of what brightness left.
        var scale = brightness * contrast;
        var shift = (float)(sum / (image.Length / channels)) * brightness * (1 - contrast);
        for (var at = 0; at < image.Length; at += channels)
        {
            var pixel = image.Slice(at, channels);
            var grey = scale * Grey(pixel) + shift;
            foreach (ref var value in pixel)
                value = Math.Clamp(grey + saturation * (scale * value + shift - grey), 0, 1);
        }
    }

    private static float Factor(float strength, ref Philox random) => 1 + strength * (2 * random.NextSingle() - 1);

    // The weights of ITU-R BT.601.
    private static float Grey(ReadOnlySpan<float> pixel) => pixel.Length == 1 ? pixel[0] : 0.299f * pixel[0] + 0.587f * pixel[1] + 0.114f * pixel[2];
}
