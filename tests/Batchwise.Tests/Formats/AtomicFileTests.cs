namespace Batchwise.Tests.Formats;

public sealed class AtomicFileTests : IDisposable
{
    private readonly FormatsFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_new_file_holds_what_was_written_and_nothing_lies_beside_it()
    {
        AtomicFile.Write(folder.File("a.txt"), stream => stream.Write("hello"u8));
        Assert.Equal("hello", File.ReadAllText(folder.File("a.txt")));
        Assert.Equal(["a.txt"], folder.Names());
    }

    [Fact]
    public void The_old_file_stands_until_the_new_one_is_whole()
    {
        var path = folder.File("a.txt");
        File.WriteAllText(path, "a longer old content");
        AtomicFile.Write(path, stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            Assert.Equal("a longer old content", File.ReadAllText(path));
        });
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(["a.txt"], folder.Names());
    }

    [Fact]
    public void A_writer_that_fails_leaves_the_old_file_and_nothing_else()
    {
        var path = folder.File("a.txt");
        File.WriteAllText(path, "old");
        var thrown = Assert.Throws<TimeoutException>(() => AtomicFile.Write(path, Fail));
        Assert.Equal("in the midst", thrown.Message);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["a.txt"], folder.Names());
    }

    [Fact]
    public void A_writer_that_fails_makes_no_file()
    {
        Assert.Throws<TimeoutException>(() => AtomicFile.Write(folder.File("a.txt"), Fail));
        Assert.Empty(folder.Names());
    }

    [Fact]
    public void A_writer_may_dispose_the_stream()
    {
        AtomicFile.Write(folder.File("a.txt"), stream =>
        {
            using var text = new StreamWriter(stream);
            text.Write("wrapped");
        });
        Assert.Equal("wrapped", File.ReadAllText(folder.File("a.txt")));
        Assert.Equal(["a.txt"], folder.Names());
    }

    [Fact]
    public void A_move_that_fails_leaves_no_temporary_file()
    {
        Directory.CreateDirectory(folder.File("taken"));
        var thrown = Assert.Throws<UnauthorizedAccessException>(() => AtomicFile.Write(folder.File("taken"), stream => stream.Write("x"u8)));
        Assert.Contains("is a folder", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(["taken"], folder.Names());
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        var path = Path.Combine(folder.File("nowhere"), "a.txt");
        var thrown = Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.Write(path, _ => Assert.Fail("There is nothing to write to.")));
        Assert.Contains($"the folder '{folder.File("nowhere")}' does not exist: create it first", thrown.Message, StringComparison.Ordinal);
        Assert.Empty(folder.Names());
    }

    [Fact]
    public void A_path_without_a_file_name_is_refused()
    {
        Assert.Throws<ArgumentException>("path", () => AtomicFile.Write("", Fail));
        var thrown = Assert.Throws<ArgumentException>("path", () => AtomicFile.Write(folder.Path + Path.DirectorySeparatorChar, Fail));
        Assert.Contains("ends with a folder: add the name of the file to write", thrown.Message, StringComparison.Ordinal);
        Assert.Empty(folder.Names());
    }

    [Fact]
    public void A_read_only_file_is_not_replaced()
    {
        var path = folder.File("a.txt");
        File.WriteAllText(path, "precious");
        File.SetAttributes(path, FileAttributes.ReadOnly);
        try
        {
            var thrown = Assert.Throws<UnauthorizedAccessException>(() => AtomicFile.Write(path, stream => stream.Write("new"u8)));
            Assert.Contains("is read-only and stays as it is", thrown.Message, StringComparison.Ordinal);
            Assert.Equal("precious", File.ReadAllText(path));
            Assert.Equal(["a.txt"], folder.Names());
        }
        finally
        {
            File.SetAttributes(path, FileAttributes.Normal);
        }
    }

    [Fact]
    public void Permissions_of_the_old_file_are_kept()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no permission bits.");
            return;
        }
        var path = folder.File("a.txt");
        File.WriteAllText(path, "old");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        AtomicFile.Write(path, stream => stream.Write("new"u8));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead, File.GetUnixFileMode(path));
        Assert.Equal("new", File.ReadAllText(path));
    }

    [Fact]
    public void A_link_stays_one_and_its_file_is_replaced()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Links need a privilege on Windows.");
            return;
        }
        File.WriteAllText(folder.File("a.txt"), "old");
        File.CreateSymbolicLink(folder.File("link"), "a.txt");
        File.CreateSymbolicLink(folder.File("link to it"), "link");
        File.CreateSymbolicLink(folder.File("new link"), folder.File("b.txt"));
        AtomicFile.Write(folder.File("link"), stream => stream.Write("new"u8));
        AtomicFile.Write(folder.File("new link"), stream => stream.Write("first"u8));
        Assert.Equal("new", File.ReadAllText(folder.File("a.txt")));
        Assert.Equal("first", File.ReadAllText(folder.File("b.txt")));
        AtomicFile.Write(folder.File("link to it"), stream => stream.Write("newer"u8));
        Assert.Equal("newer", File.ReadAllText(folder.File("a.txt")));
        Assert.Equal("a.txt", new FileInfo(folder.File("link")).LinkTarget);
        Assert.Equal("link", new FileInfo(folder.File("link to it")).LinkTarget);
        Assert.Equal(["a.txt", "b.txt", "link", "link to it", "new link"], folder.Names());
    }

    [Fact]
    public void A_device_is_written_to_and_not_replaced()
    {
        if (!File.Exists("/dev/full"))
        {
            Assert.Skip("There is no /dev/full.");
            return;
        }
        for (var time = 0; time < 2; time++)
            Assert.Throws<IOException>(() => AtomicFile.Write("/dev/full", stream => stream.Write(new byte[100_000])));
    }

    [Fact]
    public void A_folder_that_takes_no_files_is_named_and_not_the_temporary_file()
    {
        if (!Directory.Exists("/proc"))
        {
            Assert.Skip("There is no /proc.");
            return;
        }
        var message = Assert.Throws<UnauthorizedAccessException>(() => AtomicFile.Write("/proc/a.txt", stream => stream.Write("x"u8))).Message;
        Assert.Equal(message, Assert.Throws<UnauthorizedAccessException>(() => AtomicFile.RequireWritable("/proc/a.txt")).Message);
        Assert.Equal("'/proc/a.txt' cannot be written because the folder '/proc' takes no new files: allow writing there, or choose another.", message);
    }

    [Fact]
    public void Whether_a_file_can_be_written_is_known_before_and_nothing_changes()
    {
        File.WriteAllText(folder.File("a.txt"), "old");
        AtomicFile.RequireWritable(folder.File("a.txt"));
        AtomicFile.RequireWritable(folder.File("b.txt"));
        Assert.Equal("old", File.ReadAllText(folder.File("a.txt")));
        Assert.Equal(["a.txt"], folder.Names());
        Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.RequireWritable(Path.Combine(folder.File("nowhere"), "a.txt")));
        Assert.Throws<PathTooLongException>(() => AtomicFile.RequireWritable(folder.File(new string('n', 256))));
        Assert.Throws<UnauthorizedAccessException>(() => AtomicFile.RequireWritable(folder.Path));
    }

    [Fact]
    public void Long_names_and_relative_paths_will_do()
    {
        var name = new string('n', 240);
        AtomicFile.Write(Path.GetRelativePath(Environment.CurrentDirectory, folder.File(name)), stream => stream.Write("x"u8));
        Assert.Equal([name], folder.Names());
    }

    private static void Fail(Stream stream)
    {
        stream.Write(new byte[100_000]);
        throw new TimeoutException("in the midst");
    }
}
