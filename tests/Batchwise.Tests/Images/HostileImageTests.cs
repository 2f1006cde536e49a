using System.Formats.Tar;
using Batchwise.Images;

namespace Batchwise.Tests.Images;

/// <summary>Whatever a folder or an archive holds, the outcome is data or one sentence that names the file and the way out.</summary>
public class HostileImageTests
{
    private static readonly (string, byte[]) Train = ("train/a/1.png", ImageBytes.Png(4, 4, 1, 0, 0));
    private static readonly (string, byte[]) Test = ("test/a/1.png", ImageBytes.Png(4, 4, 1, 0, 0));

    public static TheoryData<string, byte[], string> Images => new()
    {
        { "text.jpg", "This is no image."u8.ToArray(), "is no JPEG, PNG or BMP image by its first bytes: remove it" },
        { "empty.jpg", [], "is empty, or no regular file (a pipe, a socket, a device): remove it, or put the file in its place." },
        { "cut.jpg", ImageBytes.Jpeg[..^40], "is cut off, damaged or of a kind that cannot be decoded: get it again" },
        { "head.jpg", ImageBytes.Jpeg[..4], "is cut off, damaged or of a kind" },
        { "tables.jpg", [.. ImageBytes.Jpeg[..100], .. ImageBytes.Jpeg[300..]], "is cut off, damaged or of a kind" },
        { "cut.png", ImageBytes.Png(4, 4, 1, 0, 0)[..^20], "is cut off, damaged or of a kind" },
        { "short.png", ImageBytes.Png(4, 4, new byte[20]), "is cut off, damaged or of a kind" },
        { "bomb.png", ImageBytes.Png(4, 4, new byte[50_000_000]), "is cut off, damaged or of a kind" },
        { "chunk.png", [.. ImageBytes.Png(4, 4, 1, 0, 0)[..33], 0x3F, 0, 0, 0, .. "IDAT"u8, .. new byte[20]], "is cut off, damaged or of a kind" },
        { "dictionary.png", [.. ImageBytes.Png(4, 4, 1, 0, 0)[..41], 0x78, 0x20, .. ImageBytes.Png(4, 4, 1, 0, 0)[43..]], "is cut off, damaged or of a kind" },
        { "cut.bmp", ImageBytes.Bitmap(9, 9, 1, 2, 3)[..^50], "is cut off, damaged or of a kind" },
        { "large.png", ImageBytes.Png(20_000, 20_000, new byte[100]), "has 20000 x 20000 pixels, more than the 25000000 allowed: shrink or remove it, or allow more (MaxPixels; on the command line --max-pixels)." },
    };

    [Theory]
    [MemberData(nameof(Images))]
    public void An_image_that_is_none_is_named(string name, byte[] contents, string expected)
    {
        var said = ImageFiles.Refusal(new() { Size = 4 }, Train, Test, ($"train/a/{name}", contents));
        Assert.StartsWith($"train/a/{name} {expected}", said, StringComparison.Ordinal);
        Assert.EndsWith(".", said, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', said);
    }

    [Fact]
    public void No_images_and_empty_classes_are_named()
    {
        Assert.StartsWith("photos holds no JPEG, PNG or BMP image, only 1 .txt: expected train/CLASS/image", ImageFiles.Refusal(new(), ("train/a/1.txt", [1])), StringComparison.Ordinal);
        Assert.Equal("The class folder train/b in photos holds no JPEG, PNG or BMP image: put some into it, or remove it.",
            ImageFiles.Refusal(new(), Train, Test, ("train/b/", [])));
        Assert.Equal("The class folder b in photos holds no JPEG, PNG or BMP image: put some into it, or remove it.", ImageFiles.Refusal(new(), ("a/1.png", Train.Item2), ("b/", [])));
        Assert.StartsWith("test/b/1.png in photos is of the class b, of which there is no training image", ImageFiles.Refusal(new(), Train, Test, ("test/b/1.png", Train.Item2)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("test/")]
    [InlineData("val/")]
    public void A_set_without_images_is_named_and_not_made_of_training_images(string set)
    {
        Assert.Equal($"The folder {set.TrimEnd('/')} in photos holds no JPEG, PNG or BMP image: put some into it, or remove it.",
            ImageFiles.Refusal(new(), [.. Enumerable.Range(0, 50).Select(i => ($"train/a/{i}.png", Train.Item2)), (set, [])]));
    }

    [Fact]
    public void Sets_without_classes_are_not_taken_for_classes() => Assert.StartsWith("test/1.png in photos lies in no class folder, or too deep",
        ImageFiles.Refusal(new(), ("train/1.png", Train.Item2), ("train/2.png", Train.Item2), ("test/1.png", Train.Item2)), StringComparison.Ordinal);

    [Theory]
    [InlineData("train/a\nb/1.png", "train/a\\u000Ab")]
    [InlineData("train/a/\u001B[31m.png", "train/a/\\u001B[31m.png")]
    [InlineData("train/a\u2028b/1.png", "train/a\\u2028b")]
    [InlineData("train/a\u0085/", "train/a\\u0085")]
    public void A_name_that_is_no_line_of_text_is_refused_before_anything_is_made_of_it(string path, string shown)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names.");
        // A folder is met before the files in it.
        using var files = new ImageFiles();
        foreach (var place in (string[])[files.Folder("photos", Train, Test, (path, Train.Item2)), files.Tar("a.tar", Train, Test, (path, Train.Item2))])
        {
            var said = Refusal(place);
            Assert.StartsWith(shown, said, StringComparison.Ordinal);
            Assert.EndsWith($"in {Path.GetFileName(place)} has a line break or another control character in its name, shown here by its number: rename the file or folder.", said, StringComparison.Ordinal);
            Assert.DoesNotContain(said, char.IsControl);
        }
    }

    [Fact]
    public void A_class_that_is_none_of_those_given_is_named()
    {
        Assert.Equal("test/a/1.png in photos is of the class a, which is none of those known (A, b): rename the class's folders, or remove them.",
            ImageFiles.Refusal(new() { ClassNames = ["A", "b"] }, Train, Test));
        Assert.Contains("none of those known (1, 2, ", ImageFiles.Refusal(new() { ClassNames = [.. Enumerable.Range(1, 1000).Select(i => $"{i}")] }, Train, Test), StringComparison.Ordinal);
        Assert.Contains(", 19, 20 and 980 more): rename", ImageFiles.Refusal(new() { ClassNames = [.. Enumerable.Range(1, 1000).Select(i => $"{i}")] }, Train, Test), StringComparison.Ordinal);
        Assert.StartsWith("The class b stands twice", Assert.Throws<ArgumentException>(() => new ImageFolderOptions { ClassNames = ["a", "b", "b"] }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_that_make_no_sense_are_named()
    {
        Assert.StartsWith("photos has no folder train beside test: expected", ImageFiles.Refusal(new(), Test), StringComparison.Ordinal);
        Assert.StartsWith("other/a/1.png in photos lies in the folder other, which is none of train, test", ImageFiles.Refusal(new(), Train, Test, ("other/a/1.png", Train.Item2)), StringComparison.Ordinal);
        Assert.StartsWith("train/1.png in photos lies in no class folder, or too deep", ImageFiles.Refusal(new(), Train, Test, ("train/1.png", Train.Item2)), StringComparison.Ordinal);
        Assert.StartsWith("train/a/b/2.png in photos lies in no class folder, or too deep", ImageFiles.Refusal(new(), Train, Test, ("train/a/b/2.png", Train.Item2)), StringComparison.Ordinal);
        Assert.StartsWith("None of the 1 images of photos falls into the held-out share of 0.001", ImageFiles.Refusal(new() { HeldOut = 0.001 }, ("a/1.png", Train.Item2)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../train/a/2.png")]
    [InlineData("/train/a/2.png")]
    [InlineData("train/a/../a/2.png")]
    public void An_entry_that_leads_out_of_the_archive_is_refused(string path)
    {
        using var files = new ImageFiles();
        Assert.Equal($"{path} in a.tar leads out of it: make the archive anew, from within its folder.", Refusal(files.Tar("a.tar", Train, Test, (path, Train.Item2))));
    }

    [Fact]
    public void A_link_and_a_file_that_stands_twice_are_refused()
    {
        using var files = new ImageFiles();
        Assert.Equal("./train/a/1.png stands twice in a.tar: make the archive anew.", Refusal(files.Tar("a.tar", Train, Test, ("./train/a/1.png", Train.Item2))));
        var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, leaveOpen: true))
            writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "train/a/1.png") { LinkName = "/etc/passwd" });
        Assert.StartsWith("train/a/1.png in link.tar is a link", Refusal(files.Write("link.tar", archive.ToArray())), StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_cut_off_anywhere_is_refused()
    {
        using var files = new ImageFiles();
        var whole = ImageBytes.Tar(ImageFiles.Small);
        var compressed = ImageBytes.Gzip(whole);
        for (var length = 1; length < whole.Length - 1024; length += 300)
            Assert.StartsWith("a.tar is no whole tar archive", Refusal(files.Write("a.tar", whole[..length])), StringComparison.Ordinal);
        for (var length = 2; length < compressed.Length; length++)
            Assert.Matches("^a.tgz (is no whole tar archive|does not end as gzip data of one piece does)", Refusal(files.Write("a.tgz", compressed[..length])));
        Assert.StartsWith("a.tar is no whole tar archive", Refusal(files.Write("a.tar", ImageBytes.Jpeg)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_there_is_named() => Assert.Contains("There is no folder or archive no/such/thing: name a folder",
        Assert.Throws<FileNotFoundException>(() => ImageFolder.Load("no/such/thing")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(5000)]
    public void Options_out_of_range_are_refused(int size)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageFolderOptions { Size = size });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageFolderOptions { Height = size, Width = 8 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageFolderOptions { Height = 8, Width = size });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageFolderOptions { HeldOut = 1.5 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageFolderOptions { HeldOut = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageFolderOptions { MaxPixels = size == 0 ? 0 : 500_000_001 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageFolderOptions { Threads = -1 });
    }

    private static string Refusal(string path) => Assert.Throws<InvalidDataException>(() => ImageFolder.Load(path)).Message;
}
