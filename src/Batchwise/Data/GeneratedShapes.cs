using System.Collections.Immutable;
using System.Globalization;

namespace Batchwise;

/// <summary>
/// Textured shapes made on the spot, for convolutional networks without a download: discs, rings, squares, frames, triangles, stars,
/// crosses, crescents, bars and checkers, of random size, place, turn, colours and texture, on grounds of random colours and texture, so
/// that neither colour nor texture nor any one pixel tells the class.
/// </summary>
public static class GeneratedShapes
{
    /// <summary>What the data set is called.</summary>
    public const string Name = "generated shapes";

    // Apart from the streams of the generated digits.
    private const ulong FirstStream = 1UL << 40;

    /// <summary>The names of the ten classes.</summary>
    public static ImmutableArray<string> ClassNames { get; } = [.. ShapeOutline.Names];

    /// <summary>
    /// Makes the training and the test images: shape [32, 32, 3], ten classes, each ten successive images one of every class in
    /// random order. The same seed gives the same bytes on every machine and for any number of threads; fewer images are the first
    /// of more.
    /// </summary>
    /// <param name="seed">Fixes everything; default 1.</param>
    /// <param name="train">How many training images; default 10,000.</param>
    /// <param name="test">How many test images; default 2,000. None is a training image.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1 or above 500,000.</exception>
    public static (Dataset Train, Dataset Test) Load(ulong seed = 1, int train = 10_000, int test = 2_000) =>
        Load(seed, train, test, Environment.ProcessorCount);

    internal static (Dataset Train, Dataset Test) Load(ulong seed, int train, int test, int threads) => new GeneratedImages<ShapeWriter>(
        seed, FirstStream, new(ShapeWriter.Side, ShapeWriter.Side, 3), Name,
        string.Create(CultureInfo.InvariantCulture, $"Textured shapes generated with seed {seed}."), threads, ClassNames).Load(train, test, 500_000);
}
