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

    /// <summary>File systems count bytes: 150 letters of two bytes each are too many.</summary>
    [Fact]
    public void A_name_of_too_many_bytes_is_refused_before_the_work()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows counts letters.");
        var path = folder.File(new string('\u00e4', 128));
        var error = Assert.Throws<PathTooLongException>(() => AtomicFile.RequireWritable(path));
        Assert.Equal($"'{path}' has a name of more than 255 bytes, which file systems refuse: choose a shorter one.", error.Message);
        Assert.Throws<PathTooLongException>(() => AtomicFile.Write(path, Fail));
        AtomicFile.Write(folder.File(new string('\u00e4', 127)), stream => stream.Write("x"u8));
    }

    /// <summary>What a process leaves that is killed while it writes; whoever else writes the same file is left alone.</summary>
    [Fact]
    public void Leftovers_of_killed_processes_are_removed_by_the_next_write_to_the_same_file()
    {
        var (own, other) = (folder.File("a.txt"), folder.File("b.txt"));
        using (var living = TemporaryFile.For(own))
        {
            var (left, others) = (Copied(living.Path), "");
            using (var living2 = TemporaryFile.For(other))
                others = Copied(living2.Path);
            Assert.Equal(3, folder.Names().Length);

            AtomicFile.Write(own, stream => stream.Write("new"u8));
            Assert.Equal(new[] { Path.GetFileName(living.Path), Path.GetFileName(others), "a.txt" }.Order(StringComparer.Ordinal), folder.Names().Order(StringComparer.Ordinal));
            living.Fill(stream => stream.Write("newer"u8));
            living.MoveTo(own);
            Assert.False(File.Exists(left));
        }
        Assert.Equal("newer", File.ReadAllText(own));
        AtomicFile.RequireWritable(other);
        Assert.Equal(["a.txt"], folder.Names());

        // The name of a leftover, and nobody's lock on it.
        static string Copied(string path)
        {
            var copy = $"{path[..^"00000000000000000000000000000000.tmp".Length]}{Guid.NewGuid():N}.tmp";
            File.WriteAllText(copy, "half");
            return copy;
        }
    }

    /// <summary>The base library reports success.</summary>
    [Fact]
    public void A_disk_that_fails_to_take_the_content_is_an_error()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux is asked.");
        using var bad = new Microsoft.Win32.SafeHandles.SafeFileHandle(1 << 20, ownsHandle: false);
        Assert.StartsWith("The disk did not take 'a.txt': ", Assert.Throws<IOException>(() => DiskSync.File(bad, "a.txt")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_brought_to_a_disk_is_none()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows waits for a pipe's reader.");
        DiskSync.Folder(folder.Path);
        DiskSync.Folder(folder.File("not there"));
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream();
        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(pipe.SafePipeHandle.DangerousGetHandle(), ownsHandle: false);
        DiskSync.File(handle, "pipe");
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
