using System.Collections.Immutable;

namespace Batchwise;

/// <summary>
/// Labelled examples in memory, unchangeable: the inputs as bytes (images, scaled to [0, 1] when copied) or as floats, one
/// class per example. Slices and binary views share the memory of the whole.
/// </summary>
/// <remarks>Any number of threads may read at once.</remarks>
public sealed class Dataset : IExamples
{
    // One of the two is set. Views share the arrays: example i lies at (start + i) * Shape.Size.
    private readonly byte[]? bytes;
    private readonly float[]? floats;
    private readonly int[] labels;
    private readonly int start;
    private readonly byte? threshold;

    /// <summary>Examples whose inputs are numbers; both spans are copied.</summary>
    /// <param name="inputs">The inputs, one example after the other: [count, shape]; every value finite.</param>
    /// <param name="labels">The class of each example: [count]; each in [0, <paramref name="classes"/>).</param>
    /// <param name="shape">The shape of one example's input.</param>
    /// <param name="classes">The number of classes, at least 1.</param>
    /// <exception cref="ArgumentException">A length does not fit, a label is out of range, or an input is not finite.</exception>
    public Dataset(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, Shape shape, int classes)
        : this(null, inputs.ToArray(), labels.ToArray(), shape, classes)
    {
    }

    private Dataset(byte[]? bytes, float[]? floats, int[] labels, Shape shape, int classes)
    {
        DatasetChecks.Examples(bytes?.Length ?? floats!.Length, labels, shape, classes);
        if (floats is not null)
            DatasetChecks.Finite(floats, shape);
        (this.bytes, this.floats, this.labels) = (bytes, floats, labels);
        (Count, Shape, Classes) = (labels.Length, shape, classes);
    }

    private Dataset(Dataset whole, int start, int count, byte? threshold)
    {
        (bytes, floats, labels) = (whole.bytes, whole.floats, whole.labels);
        (Shape, Classes, ClassNames) = (whole.Shape, whole.Classes, whole.ClassNames);
        (Name, Source, Sha256, LabelsSha256) = (whole.Name, whole.Source, whole.Sha256, whole.LabelsSha256);
        (this.start, Count, this.threshold) = (start, count, threshold);
        if (threshold is { } largest)
            Preprocessing = new(Threshold: PixelConversion.Cut(largest));
    }

    /// <summary>What to call it in a figure or a report: "MNIST", "generated digits". Default "unnamed data".</summary>
    public string Name { get; init; } = "unnamed data";

    /// <summary>Where it came from, in one sentence.</summary>
    public string Source { get; init; } = "Given in memory.";

    /// <summary>
    /// The SHA-256, in lower-case hexadecimal, of the inputs as they came: of the uncompressed file of images, header included, or of
    /// the generated pixels. A slice or binary view keeps the sum of its whole. Null where nothing was summed.
    /// </summary>
    public string? Sha256 { get; init; }

    /// <summary>The SHA-256 of the labels as they came, like <see cref="Sha256"/>: of the uncompressed file, or of one byte per label.</summary>
    public string? LabelsSha256 { get; init; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public Shape Shape { get; }

    /// <inheritdoc/>
    public int Classes { get; }

    /// <summary>The names of the classes by number; empty, the default, where they have none.</summary>
    /// <exception cref="ArgumentException">There is not a name for each class, or one holds a line break, which a model file cannot keep.</exception>
    public ImmutableArray<string> ClassNames
    {
        get;
        init
        {
            field = value.IsDefault ? [] : value;
            ClassLabels.RequireNames(field, Classes);
        }
    } = [];

    /// <summary>What was done to the inputs: those of <see cref="Binarize"/> passed its threshold, others are raw.</summary>
    public Preprocessing Preprocessing { get; } = Preprocessing.None;

    /// <summary>Examples whose inputs are bytes, 0 to 255, which reach the network as value / 255; both spans are copied.</summary>
    /// <param name="pixels">The inputs, one example after the other, channels last: [count, shape].</param>
    /// <param name="labels">The class of each example: [count]; each in [0, <paramref name="classes"/>).</param>
    /// <param name="shape">The shape of one example's input.</param>
    /// <param name="classes">The number of classes, at least 1.</param>
    /// <param name="classNames">See <see cref="ClassNames"/>.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a label is out of range.</exception>
    public static Dataset FromBytes(
        ReadOnlySpan<byte> pixels, ReadOnlySpan<int> labels, Shape shape, int classes, ImmutableArray<string> classNames = default) =>
        new(pixels.ToArray(), null, labels.ToArray(), shape, classes) { ClassNames = classNames };

    /// <summary>As <see cref="FromBytes"/>, but keeps the arrays themselves, for what is too large to hold twice: the caller lets go of them.</summary>
    /// <param name="pixels">The inputs, one example after the other, channels last: [count, shape].</param>
    /// <param name="labels">The class of each example: [count]; each in [0, <paramref name="classes"/>).</param>
    /// <param name="shape">The shape of one example's input.</param>
    /// <param name="classes">The number of classes, at least 1.</param>
    /// <param name="name">See <see cref="Name"/>.</param>
    /// <param name="source">See <see cref="Source"/>.</param>
    /// <param name="sha256">See <see cref="Sha256"/>.</param>
    /// <param name="labelsSha256">See <see cref="LabelsSha256"/>.</param>
    /// <param name="classNames">See <see cref="ClassNames"/>.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a label is out of range.</exception>
    public static Dataset Own(
        byte[] pixels, int[] labels, Shape shape, int classes, string name, string source, string? sha256 = null, string? labelsSha256 = null,
        ImmutableArray<string> classNames = default)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(labels);
        return new(pixels, null, labels, shape, classes)
        {
            Name = name,
            Source = source,
            Sha256 = sha256,
            LabelsSha256 = labelsSha256,
            ClassNames = classNames,
        };
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in [0, Count).</exception>
    /// <exception cref="ArgumentException">The destination is shorter than Shape.Size.</exception>
    public void CopyInput(int index, Span<float> destination)
    {
        var first = Place(index) * (long)Shape.Size;
        if (destination.Length < Shape.Size)
            throw new ArgumentException($"An input of shape {Shape} does not fit into {destination.Length} values.", nameof(destination));
        destination = destination[..Shape.Size];
        if (bytes is not null)
            PixelConversion.Convert(bytes.AsSpan((int)first, Shape.Size), destination, threshold);
        else
            PixelConversion.Convert(floats.AsSpan((int)first, Shape.Size), destination, threshold);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in [0, Count).</exception>
    public int Label(int index) => labels[Place(index)];

    /// <summary>Some examples that follow each other, as a view: nothing is copied.</summary>
    /// <param name="start">The first of them.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">They are not all among the examples here, or there are none.</exception>
    public Dataset Slice(int start, int count)
    {
        if (start < 0 || count < 1 || start > Count - count)
            throw new ArgumentOutOfRangeException(nameof(start), DatasetChecks.Text(
                $"A slice of {count} examples from {start} does not lie within the {Count} of {Name}: choose at least one, all of them in [0, {Count})."));
        return new(this, this.start + start, count, threshold);
    }

    /// <summary>
    /// The same examples as binary images (the paper's section 4.1 trains on those), as a view: a value above the threshold is
    /// 1, any other 0. The paper names no threshold.
    /// </summary>
    /// <param name="threshold">
    /// The largest byte that becomes 0, at most 254; default 127, the middle. Inputs that are floats are compared with (threshold + 0.5) / 255.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is 255, which no byte exceeds.</exception>
    public Dataset Binarize(byte threshold = 127)
    {
        if (threshold == byte.MaxValue)
            throw new ArgumentOutOfRangeException(
                nameof(threshold), "No byte is above 255, so every pixel would be 0: choose a threshold from 0 to 254.");
        // What is binary already stays what it is: 0 and 1 lie on either side of every threshold.
        return this.threshold is null ? new(this, start, Count, threshold) : this;
    }

    /// <summary>Two views: all but the last examples, and the last, held out to choose by (rates, stopping).</summary>
    /// <param name="heldOut">How many examples are held out, in [1, Count).</param>
    /// <exception cref="ArgumentOutOfRangeException">Nothing would be held out, or nothing would be left.</exception>
    /// <exception cref="ArgumentException">All examples of a class would be held out, as of data that are sorted by class.</exception>
    public (Dataset Train, Dataset HeldOut) Split(int heldOut)
    {
        if (heldOut < 1 || heldOut >= Count)
            throw new ArgumentOutOfRangeException(nameof(heldOut), DatasetChecks.Text(
                $"{heldOut} of the {Count} examples of {Name} cannot be held out: choose from 1 to {Count - 1}."));
        var (train, last) = (Slice(0, Count - heldOut), Slice(Count - heldOut, heldOut));
        DatasetChecks.Learnable(train, last);
        return (train, last);
    }

    private int Place(int index)
    {
        if ((uint)index >= (uint)Count)
            throw new ArgumentOutOfRangeException(nameof(index), DatasetChecks.Text($"There is no example {index}: {Name} has {Count}, numbered from 0."));
        return start + index;
    }
}
