using System.Diagnostics;
using Batchwise.Cli;
using Batchwise.Images;
using Batchwise.Lab;
using Batchwise.Onnx;
using Batchwise.Tests.Lab;

namespace Batchwise.Tests.Images;

/// <summary>What is no regular file is not read, and what may not be read is named.</summary>
[Collection(Dotnet.Collection)]
public sealed class DiskReadingTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly ImageFiles files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("pipe")]
    [InlineData("link to a pipe")]
    [InlineData("device")]
    public async Task A_pipe_or_a_device_is_refused_at_once(string kind)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes among its files.");
        var photos = files.Folder("photos", ImageFiles.Small);
        var image = Path.Combine(photos, "train", "cat", "x.png");
        Special(kind, image);
        var tar = Path.Combine(files.Root, "a.tar");
        Special(kind, tar);
        var idx = Path.Combine(files.Folder("idx"), "train-images-idx3-ubyte");
        Directory.CreateDirectory(Path.GetDirectoryName(idx)!);
        Special(kind, idx);

        Assert.Equal("train/cat/x.png is empty, or no regular file (a pipe, a socket, a device): remove it, or put the file in its place.",
            await Refusal(() => ImageFolder.Load(photos)));
        Assert.StartsWith($"{tar} is empty, or no regular file", await Refusal(() => ImageFolder.Load(tar)), StringComparison.Ordinal);
        Assert.StartsWith($"{idx} is empty, or no regular file", await Refusal(() => IdxFile.Read(idx)), StringComparison.Ordinal);
        Assert.StartsWith($"{idx} is empty, or no regular file", await Refusal(() => Mnist.Load(Path.GetDirectoryName(idx)!)), StringComparison.Ordinal);
        foreach (var read in (Func<object>[])[() => Model.Load(tar), () => Model.LoadAs(tar, Network.Input(2).Dense(2)), () =>
            OnnxImport.Load(tar), () => StateDictionary.Load(tar, NetworkState.Create(Network.Input(2).Dense(2), 1))])
            Assert.StartsWith($"{tar} is empty, or no regular file", await Refusal(read), StringComparison.Ordinal);
        var log = Path.Combine(files.Folder("run", ("x", [])), RunLog.FileName);
        Special(kind, log);
        Assert.StartsWith($"{log} is empty, or no regular file", await Refusal(() => RunLog.Load(Path.GetDirectoryName(log)!)),
            StringComparison.Ordinal);
    }

    /// <summary>Results of others are refused before the first run; a run whose record cannot be read is made again.</summary>
    [Theory]
    [InlineData("pipe")]
    [InlineData("link to a pipe")]
    [InlineData("device")]
    public async Task So_it_is_among_results_and_kept_runs(string kind)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes among its files.");
        using var lab = new LabBench();
        var request = lab.Open().Request(Arms.BatchNorm, new(0.1f), 2, 5, scoreTest: false);
        var ran = Assert.Single(lab.Open().RunAll([request]));
        var kept = Assert.Single(Directory.GetFiles(Path.Combine(lab.Folder, "runs"), "*.json"));
        File.Delete(kept);
        Special(kind, kept);
        var bench = lab.Open();
        var again = Assert.Single(await Task.Run(() => bench.RunAll([request]), TestContext.Current.CancellationToken)
            .WaitAsync(Limit, TestContext.Current.CancellationToken));
        Assert.Equal((ran.Validation, 1), (again.Validation, bench.Executed));
        Assert.Equal($"'{kept}' was not trusted (it is empty, or no regular file): its run was made again.",
            Assert.Single(bench.Remarks));

        var result = Path.Combine(lab.Folder, "x.json");
        Special(kind, result);
        Assert.StartsWith($"{result} is empty, or no regular file", await Refusal(() => lab.Open()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_to_a_file_is_followed_and_one_to_nothing_is_named()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows makes links for administrators only.");
        var photos = files.Folder("photos", ImageFiles.Small);
        File.CreateSymbolicLink(Path.Combine(photos, "train", "cat", "x.png"), files.Write("elsewhere.png", ImageBytes.Png(4, 4, 9, 0, 0)));
        Assert.Equal(5, ImageFolder.Load(photos).Train.Count);
        File.CreateSymbolicLink(Path.Combine(photos, "val"), Path.Combine(photos, "nowhere"));
        Assert.Equal("val in photos is a link to nothing that this user may read: mend it, or remove it.",
            Assert.Throws<InvalidDataException>(() => ImageFolder.Load(photos)).Message);
        File.Delete(Path.Combine(photos, "val"));
        File.CreateSymbolicLink(Path.Combine(photos, "val"), Path.Combine(photos, "val"));
        Assert.StartsWith("val in photos is a link to nothing", Assert.Throws<InvalidDataException>(() => ImageFolder.Load(photos)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("photos", "test", 0, "The folder test in photos may not be read by this user (permissions 000): allow listing and entering it (chmod u+rx), or leave it out.")]
    [InlineData("photos", "test", 4, "The folder test in photos may not be read by this user (permissions 400): allow listing and entering it (chmod u+rx), or leave it out.")]
    [InlineData("photos", "val", 0, "The folder val in photos may not be read by this user (permissions 000): ")]
    [InlineData("photos", "train/cat", 0, "The folder train/cat in photos may not be read by this user (permissions 000): ")]
    [InlineData("photos", "train/cat", 4, "The folder train/cat in photos may not be read by this user (permissions 400): allow listing and entering it (chmod u+rx), or leave it out.")]
    [InlineData("photos", "", 0, "The folder photos may not be read by this user (permissions 000): ")]
    [InlineData("photos", "train/cat/10.png", 0, "train/cat/10.png may not be read by this user (permissions 000): allow reading it (chmod u+r), and entering its folder (chmod u+x), or leave it out.")]
    [InlineData("a.tar", "", 0, "a.tar may not be read by this user (permissions 000): ")]
    [InlineData("idx", "", 0, "idx may not be read by this user (permissions 000): ")]
    [InlineData("idx", "", 4, "idx may not be read by this user (permissions 400): ")]
    [InlineData("idx", "train-images-idx3-ubyte", 0, "idx/train-images-idx3-ubyte may not be read by this user (permissions 000): ")]
    public async Task What_may_not_be_read_is_refused_with_its_permissions(string data, string closed, int permissions, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such permissions.");
        files.Folder("photos", [.. ImageFiles.Small, ("val/cat/1.png", ImageBytes.Png(4, 4, 7, 0, 0))]);
        files.Tar("a.tar", ImageFiles.Small);
        files.Folder("idx", ("train-images-idx3-ubyte", IdxBytes.Images(4)));
        var path = Path.Combine(files.Root, data, closed);
        var before = Permissions(path, (UnixFileMode)(permissions << 6));
        try
        {
            var (code, output) = await AsOrdinaryUser(data == "idx" ? "mnist-mlp" : "resnet-20", Path.Combine(files.Root, data));
            Assert.True(code == 1, output);
            Assert.StartsWith("batchwise: ", output, StringComparison.Ordinal);
            Assert.Contains(expected, output, StringComparison.Ordinal);
            Assert.Single(output.TrimEnd().Split('\n'));
        }
        finally
        {
            Permissions(path, before);
        }
    }

    // Sets them, and gives what they were.
    private static UnixFileMode Permissions(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
            return mode;
        var before = File.GetUnixFileMode(path);
        File.SetUnixFileMode(path, mode);
        return before;
    }

    // An administrator may read everything, in a child process too unless that gives the right away first.
    private async Task<(int Code, string Output)> AsOrdinaryUser(string network, string data)
    {
        string[] words = ["train", network, "--data", data, "--save", Path.Combine(files.Root, "model")];
        string[] command = [Dotnet.CommandOrSkip(), "exec", typeof(Terminal).Assembly.Location, .. words];
        if (Environment.IsPrivilegedProcess)
        {
            var drop = Dotnet.OnPath("setpriv");
            Assert.SkipWhen(drop is null, "These tests run as an administrator, who may read everything, and there is no setpriv to give that up.");
            command = [drop!, "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all", .. command];
        }
        return await Dotnet.Run(command[0], command[1..], files.Root, new Dictionary<string, string>(), Limit);
    }

    private static async Task<string> Refusal(Func<object> read) =>
        (await Assert.ThrowsAsync<InvalidDataException>(() => Task.Run(read, TestContext.Current.CancellationToken).WaitAsync(Limit, TestContext.Current.CancellationToken))).Message;

    private void Special(string kind, string path)
    {
        if (kind == "device")
        {
            File.CreateSymbolicLink(path, "/dev/null");
            return;
        }
        var pipe = kind == "pipe" ? path : Path.Combine(files.Root, $"pipe{Guid.NewGuid():N}");
        var make = Dotnet.OnPath("mkfifo");
        Assert.SkipWhen(make is null, "There is no mkfifo on PATH.");
        using (var making = Process.Start(make!, pipe))
            making.WaitForExit();
        if (pipe != path)
            File.CreateSymbolicLink(path, pipe);
    }
}
