using System.Globalization;
using System.Security.Cryptography;

namespace Batchwise;

/// <summary>
/// Handwriting-like digits made on the spot, for a first run without a download: strokes with random slant, turn, width,
/// elastic distortion, pen and grain. Not MNIST, and never called so, but in its format and as hard: after the same
/// 12 epochs a linear classifier gets 92.3 % of the test images right (MNIST: 92.5 %), three sigmoid layers of 100 get 97.3 % (97.2 %).
/// </summary>
public static class GeneratedDigits
{
    /// <summary>What the data set is called.</summary>
    public const string Name = "generated digits";

    // Streams of random numbers: an image's index is its own stream; test images and the order of labels count from further up.
    private const ulong FirstTest = 1UL << 32, FirstLabels = 1UL << 33;
    private const int Classes = 10, PerTask = 50;

    private static readonly Shape Shape = new(DigitRaster.Side, DigitRaster.Side, 1);

    /// <summary>
    /// Makes the training and the test images: shape [28, 28, 1], ten classes, each ten successive images one of every class in
    /// random order. The same seed gives the same bytes on every machine and for any number of threads; fewer images are the first
    /// of more.
    /// </summary>
    /// <param name="seed">Fixes everything; default 1.</param>
    /// <param name="train">How many training images; default 60,000, as in MNIST (with the test images, a second or two of work on two cores).</param>
    /// <param name="test">How many test images; default 10,000. None is a training image.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1 or above two million.</exception>
    public static (Dataset Train, Dataset Test) Load(ulong seed = 1, int train = 60_000, int test = 10_000) =>
        Load(seed, train, test, Environment.ProcessorCount);

    internal static (Dataset Train, Dataset Test) Load(ulong seed, int train, int test, int threads)
    {
        Check(train, nameof(train));
        Check(test, nameof(test));
        return (Make(seed, 0, train, threads), Make(seed, FirstTest, test, threads));
    }

    private static void Check(int count, string name)
    {
        if (count is < 1 or > 2_000_000)
            throw new ArgumentOutOfRangeException(name, string.Create(CultureInfo.InvariantCulture, $"{count} digits cannot be generated: ask for 1 to 2000000."));
    }

    private static Dataset Make(ulong seed, ulong first, int count, int threads)
    {
        var labels = Labels(seed, first, count);
        var pixels = new byte[count * Shape.Size];
        Parallel.For(0, (count + PerTask - 1) / PerTask, new() { MaxDegreeOfParallelism = threads }, () => new DigitWriter(), (task, _, writer) =>
        {
            for (var i = task * PerTask; i < Math.Min(count, (task + 1) * PerTask); i++)
            {
                var random = new Philox(seed, RandomPurpose.GeneratedData, first + (ulong)i);
                writer.Write(labels[i], ref random, pixels.AsSpan(i * Shape.Size, Shape.Size));
            }
            return writer;
        }, _ => { });
        return Dataset.Own(
            pixels, labels, Shape, Classes,
            Name,
            string.Create(CultureInfo.InvariantCulture, $"Handwriting-like digits generated from strokes with seed {seed}; not MNIST."),
            Convert.ToHexStringLower(SHA256.HashData(pixels)),
            Convert.ToHexStringLower(SHA256.HashData(Array.ConvertAll(labels, label => (byte)label))));
    }

    private static int[] Labels(ulong seed, ulong first, int count)
    {
        var labels = new int[count];
        Span<int> ten = stackalloc int[Classes];
        for (var i = 0; i < count; i += Classes)
        {
            for (var digit = 0; digit < Classes; digit++)
                ten[digit] = digit;
            new Philox(seed, RandomPurpose.GeneratedData, FirstLabels + first + (ulong)i).Shuffle(ten);
            ten[..Math.Min(Classes, count - i)].CopyTo(labels.AsSpan(i));
        }
        return labels;
    }
}
