using System.Formats.Tar;
using System.Globalization;
using System.Text;
using Batchwise.Images;
using CsCheck;

namespace Batchwise.Tests.Images;

/// <summary>An archive is read whole, as it was written, or refused with its name.</summary>
public sealed class TarArchiveTests : IDisposable
{
    private static readonly byte[] Red = ImageBytes.Png(4, 4, 200, 0, 0), Blue = ImageBytes.Png(4, 4, 0, 0, 200);
    private static readonly byte[] Train = TarBytes.Entry("train/a/1.png", Red), Test = TarBytes.Entry("test/a/1.png", Blue);

    private readonly ImageFiles files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData(TarEntryFormat.V7)]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Gnu)]
    [InlineData(TarEntryFormat.Pax)]
    public void Every_format_gives_what_was_written(TarEntryFormat format)
    {
        // Of more than 100 letters but for V7: in ustar a prefix, in GNU and pax a header of its own.
        var deep = format == TarEntryFormat.V7 ? "top/" : $"{new string('d', 120)}/";
        var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, format, leaveOpen: true))
            foreach (var (path, contents) in ImageFiles.Small)
                writer.WriteEntry(Entry(format, deep + path, contents));
        var read = ImageFolder.Load(files.Write("a.tar", archive.ToArray()));
        var expected = ImageFolder.Load(files.Folder("folder", ImageFiles.Small));
        Assert.Equal((expected.Train.Sha256, expected.Test.Sha256), (read.Train.Sha256, read.Test.Sha256));
        Assert.Equal(expected.ClassNames, read.ClassNames);
    }

    [Fact]
    public void Owners_and_times_may_be_anything()
    {
        // 2^32 - 2, nobody of a network file system, in binary; a number below zero; no digits at all.
        var archive = Archive(
            TarBytes.Entry("train/a/1.png", Red, change: header => new byte[] { 0x80, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFE }.CopyTo(header, 108)),
            TarBytes.Entry("train/b/1.png", Blue, change: header => new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE }.CopyTo(header, 116)),
            TarBytes.Entry("test/a/1.png", Red, change: header => TarBytes.Put(header, 136, "yesterday...")));
        var (train, test, _, names) = ImageFolder.Load(archive);
        Assert.Equal(["a", "b"], names);
        Assert.Equal((2, 1), (train.Count, test.Count));
    }

    [Fact]
    public void A_length_may_stand_in_binary_or_in_an_extended_header()
    {
        var binary = TarBytes.Entry("train/a/1.png", Red, change: header =>
        {
            header.AsSpan(124, 12).Clear();
            (header[124], header[134], header[135]) = (0x80, (byte)(Red.Length >> 8), (byte)Red.Length);
        });
        var extended = TarBytes.Entry("short", Blue, change: header => TarBytes.Put(header, 124, "00000000000"));
        var (train, test, _, _) = ImageFolder.Load(Archive(
            binary, TarBytes.Entry("x", Record("path", "test/a/1.png").Concat(Record("size", $"{Blue.Length}")).ToArray(), 'x'), extended));
        Assert.Equal((1, 1), (train.Count, test.Count));
    }

    [Fact]
    public void Any_changed_byte_of_a_header_is_refused_with_the_archives_name()
    {
        // The second entry's header, but for what stands behind the sum's digits and zero.
        byte[] whole = [.. Train, .. Test, .. TarBytes.End];
        var expected = ImageFolder.Load(files.Write("a.tar", whole)).Test.Sha256;
        for (var at = 0; at < 512; at++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[Train.Length + at] ^= 0x15;
            var path = files.Write("a.tar", damaged);
            if (at == 155)
                Assert.Equal(expected, ImageFolder.Load(path).Test.Sha256);
            else
                Assert.Contains("a.tar", Refusal(path), StringComparison.Ordinal);
        }
        whole[Train.Length + 5] = (byte)'b';
        Assert.Equal("a.tar is damaged: the header of an entry that it calls test/b/1.png does not have the checksum that it states, so get the archive again.",
            Refusal(files.Write("a.tar", whole)));
    }

    [Fact]
    public void A_checksum_in_binary_digits_is_held_against_the_header()
    {
        // The mark of binary digits is 0x80, and seven bytes are left for them: the length's field has eleven.
        static byte[] Binary(byte[] entry, int error)
        {
            var sum = 8 * ' ';
            for (var at = 0; at < 512; at++)
                sum += at is >= 148 and < 156 ? 0 : entry[at];
            byte[] copy = [.. entry];
            copy.AsSpan(148, 8).Clear();
            (copy[148], copy[154], copy[155]) = (0x80, (byte)((sum + error) >> 8), (byte)(sum + error));
            return copy;
        }
        Assert.Equal(1, ImageFolder.Load(Archive(Binary(Train, 0), Test)).Train.Count);
        Assert.StartsWith("a.tar is no whole tar archive", Refusal(Archive(Binary(Train, 1), Test)), StringComparison.Ordinal);
        Assert.StartsWith("a.tar is damaged: the header of an entry", Refusal(Archive(Train, Binary(Test, 1))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_archive_behind_the_first_is_refused()
    {
        var (first, second) = (ImageBytes.Tar(ImageFiles.Small), ImageBytes.Tar(("train/cat/3.png", Red)));
        foreach (var both in (byte[][])[[.. first, .. second], [.. Train, .. Test, .. new byte[512], .. Train, .. TarBytes.End], [.. first, .. new byte[20_000], 1]])
        {
            const string expected = " goes on behind its end: it is several archives in one file, or damaged.";
            Assert.StartsWith("a.tar" + expected, Refusal(files.Write("a.tar", both)), StringComparison.Ordinal);
            Assert.StartsWith("a.tgz" + expected, Refusal(files.Write("a.tgz", ImageBytes.Gzip(both))), StringComparison.Ordinal);
        }
        // Behind compressed data, compressed or not: its reader reads on, or stops without a word.
        Assert.Contains("a.tgz goes on behind its end", Refusal(files.Write("a.tgz", [.. ImageBytes.Gzip(first), .. ImageBytes.Gzip(second)])), StringComparison.Ordinal);
        foreach (var more in (byte[][])[second, "and more"u8.ToArray()])
            Assert.StartsWith("a.tgz does not end as gzip data of one piece does", Refusal(files.Write("a.tgz", [.. ImageBytes.Gzip(first), .. more])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('L')]
    [InlineData('K')]
    [InlineData('x')]
    [InlineData('g')]
    public void A_header_that_announces_an_enormous_name_takes_no_memory(char type)
    {
        const int announced = 0x5000_0000;
        var head = TarBytes.Entry("././@LongLink", [], type, header => TarBytes.Put(header, 124, Convert.ToString(announced, 8).PadLeft(11, '0')));
        var path = files.Write("a.tgz", ImageBytes.Gzip([.. head, .. new byte[30_000_000]]));
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"A header in a.tgz announces a name or other details of {announced} bytes, more than the 1048576 that are read: it is damaged or made to fill memory, so get it again."), Refusal(path));
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 20_000_000);
    }

    [Fact]
    public void Files_with_holes_and_enormous_lengths_are_refused()
    {
        Assert.Equal("train/a/1.png in a.tar is a file with holes, which is not read: make the archive anew without --sparse.",
            Refusal(Archive(TarBytes.Entry("train/a/1.png", Red, 'S'), Test)));
        Assert.Contains("is a file with holes", Refusal(Archive(TarBytes.Entry("x", Record("GNU.sparse.major", "1"), 'x'), Train, Test)), StringComparison.Ordinal);
        foreach (var length in (string[])["9223372036854775807", "1152921504606846000"])
            Assert.StartsWith("a.tar is no whole tar archive", Refusal(Archive(TarBytes.Entry("x", Record("size", length), 'x'), TarBytes.Entry("notes.txt", []), Train, Test)), StringComparison.Ordinal);
        foreach (var records in (string[])["13 path=a/b\n", "7 path\n", "-1 path=a\n", "9 size=-1\n", "nothing", "99999999999 a=b\n"])
            Assert.StartsWith("a.tar is no whole tar archive", Refusal(Archive(TarBytes.Entry("x", Encoding.UTF8.GetBytes(records), 'x'), Train, Test)), StringComparison.Ordinal);
    }

    [Fact]
    public void Links_and_folders_have_no_contents_whatever_length_they_state()
    {
        // As some archives state the length of the file that a hard link names.
        void State(byte[] header) => TarBytes.Put(header, 124, "00000001000");
        var (train, test, _, _) = ImageFolder.Load(Archive(
            TarBytes.Entry("train/", [], '5', State), TarBytes.Entry("notes", [], '1', State), TarBytes.Entry("latest", [], '2', State), Train, Test));
        Assert.Equal((1, 1), (train.Count, test.Count));
    }

    [Fact]
    public void Any_changed_bytes_under_sound_checksums_are_refused_or_read()
    {
        // Long paths, so that there are extended headers and, from GNU, headers of a name.
        var archives = new[] { TarEntryFormat.Gnu, TarEntryFormat.Pax }.Select(format =>
        {
            var archive = new MemoryStream();
            using (var writer = new TarWriter(archive, format, leaveOpen: true))
                foreach (var (path, contents) in ImageFiles.Small)
                    writer.WriteEntry(Entry(format, $"{new string('d', 120)}/{path}", contents));
            return archive.ToArray();
        }).ToArray();
        Gen.Select(Gen.Bool, Gen.Select(Gen.Double.Unit, Gen.Byte).Array[1, 4]).Sample((pax, changes) =>
        {
            var archive = (byte[])archives[pax ? 1 : 0].Clone();
            foreach (var (place, value) in changes)
                archive[(int)(place * archive.Length)] = value;
            TarBytes.SealAll(archive);
            try
            {
                Assert.NotEmpty(ImageFolder.Load(files.Write($"{Guid.NewGuid():N}.tar", archive), new() { Threads = 1 }).ClassNames);
            }
            catch (InvalidDataException error)
            {
                Assert.DoesNotContain(error.Message, char.IsControl);
            }
        }, iter: 500, threads: 1);
    }

    [Theory]
    [InlineData("tar-invalidoperation.tar", "tar-invalidoperation.tar ")]
    [InlineData("newline.tar", "train/line\\u000Abreak/0.jpg in newline.tar has a line break or another control character in its name")]
    [InlineData("names.tar", "train/\\u001B[31mRED\\u001B]0;owned\\u0007/0.jpg in names.tar has a line break or another control character")]
    public void Archives_that_were_misread_are_refused_by_name(string name, string expected)
    {
        var said = Refusal(Repository.SharedOrSkip($"cases/files/{name}"));
        Assert.StartsWith(expected, said, StringComparison.Ordinal);
        Assert.DoesNotContain(said, char.IsControl);
    }

    private static byte[] Record(string key, string value)
    {
        // The length counts its own digits.
        var rest = $" {key}={value}\n";
        var length = Encoding.UTF8.GetByteCount(rest) + 1;
        while (length != Encoding.UTF8.GetByteCount($"{length}{rest}"))
            length++;
        return Encoding.UTF8.GetBytes($"{length}{rest}");
    }

    private static TarEntry Entry(TarEntryFormat format, string path, byte[] contents)
    {
        TarEntry entry = format switch
        {
            TarEntryFormat.V7 => new V7TarEntry(TarEntryType.V7RegularFile, path),
            TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, path),
            TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, path),
            _ => new PaxTarEntry(TarEntryType.RegularFile, path),
        };
        entry.DataStream = new MemoryStream(contents);
        return entry;
    }

    private string Archive(params byte[][] entries) => files.Write("a.tar", [.. entries.SelectMany(entry => entry), .. TarBytes.End]);

    private static string Refusal(string path) => Assert.Throws<InvalidDataException>(() => ImageFolder.Load(path)).Message;
}
