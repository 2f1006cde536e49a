using System.Collections.Concurrent;

namespace Batchwise.Images;

/// <summary>Decodes all images of a layout, several at once, each into its own place.</summary>
sealed class ImageReading(ImageSource source, FolderLayout layout, ImageFolderOptions options, Shape shape, IProgress<ImageProgress>? progress)
{
    private const int Reports = 100;

    private readonly Lock reporting = new();
    private readonly int total = layout.Count;
    private int done, turned;

    /// <summary>How many of the images read say that they are to be turned or mirrored before they are shown.</summary>
    public int Turned => turned;

    /// <param name="pixels">For each set of the layout, room for its images.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public void Into(Dictionary<string, byte[]> pixels, CancellationToken cancellationToken)
    {
        var places = new Dictionary<string, Memory<byte>>(StringComparer.Ordinal);
        foreach (var (set, images) in layout.Sets)
            for (var i = 0; i < images.Length; i++)
                places[images[i].Path] = pixels[set].AsMemory(i * shape.Size, shape.Size);
        var threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        var entries = Partitioner.Create(source.Entries(contents: true).Where(entry => entry.Kind == EntryKind.Image), EnumerablePartitionerOptions.NoBuffering);
        try
        {
            Parallel.ForEach(entries, new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, entry =>
            {
                if (!places.TryGetValue(entry.Path, out var place))
                    throw Changed();
                Read(entry, place.Span);
                Report();
            });
        }
        catch (AggregateException errors)
        {
            // Of several that are damaged, the same one is named each time if they were all met.
            throw errors.Flatten().InnerExceptions.MinBy(error => error.Message, StringComparer.Ordinal)!;
        }
        if (done != total)
            throw Changed();
    }

    private void Read(SourceEntry entry, Span<byte> place)
    {
        var bytes = entry.Read();
        var (height, width, image) = ImageDecoder.Decode(entry.Path, bytes, options.MaxPixels);
        if (ExifOrientation.IsTurned(bytes))
            Interlocked.Increment(ref turned);
        if (height == shape[0] && width == shape[1])
            image.CopyTo(place);
        // Where no size was asked for and the common one is no square, all images have it.
        else if (shape[0] == shape[1] || options.Height is not null)
            TriangleFilter.Resize(image, height, width, shape[0], shape[1], place);
        else
            throw Changed();
    }

    private void Report()
    {
        lock (reporting)
        {
            done++;
            if (done == total || done % Math.Max(1, total / Reports) == 0)
                progress?.Report(new(done, total));
        }
    }

    private InvalidDataException Changed() => new($"{source.Name} changed while it was read: read it again when nothing writes to it.");
}
