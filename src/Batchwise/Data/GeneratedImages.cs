using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;

namespace Batchwise;

/// <summary>Draws an image of a class. Scratch memory is kept: one writer per thread.</summary>
interface IImageWriter
{
    /// <param name="label">The class.</param>
    /// <param name="random">The stream that alone fixes how it is drawn.</param>
    /// <param name="pixels">Receives the image.</param>
    void Write(int label, ref Philox random, Span<byte> pixels);
}

/// <summary>What generated data sets share: a stream of random numbers per image, ten successive images one of each class.</summary>
/// <typeparam name="TWriter">Draws the images.</typeparam>
sealed class GeneratedImages<TWriter>(
    ulong seed, ulong firstStream, Shape shape, string name, string source, int threads, ImmutableArray<string> classNames = default)
    where TWriter : IImageWriter, new()
{
    /// <summary>The number of classes.</summary>
    public const int Classes = 10;

    // Streams of random numbers: an image's index is its own stream; test images and the order of labels count from further up.
    private const ulong FirstTest = 1UL << 32, FirstLabels = 1UL << 33;
    private const int PerTask = 50;

    /// <exception cref="ArgumentOutOfRangeException">A number is below 1 or above what fits.</exception>
    public (Dataset Train, Dataset Test) Load(int train, int test, int most)
    {
        Check(train, most, nameof(train));
        Check(test, most, nameof(test));
        return (Make(firstStream, train), Make(firstStream + FirstTest, test));
    }

    private void Check(int count, int most, string parameter)
    {
        if (count < 1 || count > most)
            throw new ArgumentOutOfRangeException(parameter, string.Create(CultureInfo.InvariantCulture, $"{count} {name["generated ".Length..]} cannot be generated: ask for 1 to {most}."));
    }

    private Dataset Make(ulong first, int count)
    {
        var labels = Labels(first, count);
        var pixels = new byte[count * shape.Size];
        Parallel.For(0, (count + PerTask - 1) / PerTask, new() { MaxDegreeOfParallelism = threads }, () => new TWriter(), (task, _, writer) =>
        {
            for (var i = task * PerTask; i < Math.Min(count, (task + 1) * PerTask); i++)
            {
                var random = new Philox(seed, RandomPurpose.GeneratedData, first + (ulong)i);
                writer.Write(labels[i], ref random, pixels.AsSpan(i * shape.Size, shape.Size));
            }
            return writer;
        }, _ => { });
        return Dataset.Own(
            pixels, labels, shape, Classes, name, source,
            Convert.ToHexStringLower(SHA256.HashData(pixels)),
            Convert.ToHexStringLower(SHA256.HashData(Array.ConvertAll(labels, label => (byte)label))), classNames);
    }

    private int[] Labels(ulong first, int count)
    {
        var labels = new int[count];
        Span<int> ten = stackalloc int[Classes];
        for (var i = 0; i < count; i += Classes)
        {
            for (var label = 0; label < Classes; label++)
                ten[label] = label;
            new Philox(seed, RandomPurpose.GeneratedData, FirstLabels + first + (ulong)i).Shuffle(ten);
            ten[..Math.Min(Classes, count - i)].CopyTo(labels.AsSpan(i));
        }
        return labels;
    }
}
