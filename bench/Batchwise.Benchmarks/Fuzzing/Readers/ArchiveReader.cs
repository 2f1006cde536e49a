using System.Formats.Tar;
using Batchwise.Images;

namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>Archives of class folders, compressed or not.</summary>
sealed class ArchiveReader : FuzzReader
{
    public const string Title = "tars";

    private static readonly ImageFolderOptions Options = new() { MaxPixels = 1 << 20, Threads = 1 };

    private static readonly byte[] Pax = Archive(TarEntryFormat.Pax), Gnu = Archive(TarEntryFormat.Gnu);

    public override string Name => Title;

    public override IReadOnlyList<byte[]> Seeds { get; } = [Pax, GzipMutations.Compress(Pax), Gnu, GzipMutations.Compress(Gnu)];

    public override IReadOnlyList<Mutation> Mutations { get; } =
        [.. Enumerable.Repeat(GzipMutations.Within(TarMutations.Change), 4), .. ByteMutations.All.Select(GzipMutations.Within)];

    public override void Read(byte[] input, string folder) => ImageFolder.Load(Place(input, folder, "input.tar"), Options);

    private static byte[] Archive(TarEntryFormat format)
    {
        var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, format, leaveOpen: true))
        {
            foreach (var path in new[] { "train/one/a.png", "train/one/b.png", "train/two/c.png",
                $"test/one/{new string('n', 120)}.png", "test/two/d.png", "notes.txt" })
            {
                TarEntry entry = format == TarEntryFormat.Pax ? new PaxTarEntry(TarEntryType.RegularFile, path)
                    : new GnuTarEntry(TarEntryType.RegularFile, path);
                // The time of now would make other seeds in every process.
                entry.ModificationTime = DateTimeOffset.UnixEpoch;
                entry.DataStream = new MemoryStream(SeedImages.ColorPng);
                writer.WriteEntry(entry);
            }
        }
        return TarMutations.WithoutProcess(archive.ToArray());
    }
}
