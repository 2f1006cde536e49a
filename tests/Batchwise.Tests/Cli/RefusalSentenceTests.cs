using System.Net;
using System.Net.Sockets;
using Batchwise.Cli;

namespace Batchwise.Tests.Cli;

/// <summary>What stands in a command's way on this machine: one sentence, exit code 1, before any work and with nothing left behind.</summary>
public sealed class RefusalSentenceTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("batchwise-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("train mnist-mlp --save {0}/no/x.st", "--save '{0}/no/x.st' cannot be written because the folder '{0}/no' does not exist: create it first, or choose another.")]
    [InlineData("train resnet-20 --save {0}", "--save '{0}' is a folder: add the name of the file to write.")]
    [InlineData("train mnist-mlp --save {0}/", "--save '{0}/' ends with a folder: add the name of the file to write.")]
    [InlineData("train mnist-mlp --save {0}/x --run {0}/file", "--run {0}/file is a file: name a folder, which is made if it does not exist.")]
    [InlineData("train resnet-20 --save {0}/x --run {0}/x", "--save and --run both name '{0}/x', but one is a file and the other a folder: name two places.")]
    [InlineData("adapt m --data d --save {0}", "--save '{0}' is a folder: add the name of the file to write.")]
    [InlineData("reproduce mnist --out {0}/file", "--out {0}/file is a file: name a folder, which is made if it does not exist.")]
    [InlineData("reproduce inception --out {0}/file/x", "--out {0}/file/x cannot be made because '{0}/file' is a file: choose another folder.")]
    [InlineData("lab learning-rates --out {0}/file", "--out {0}/file is a file: name a folder, which is made if it does not exist.")]
    [InlineData("data get mnist --out {0}/file", "--out {0}/file is a file: name a folder, which is made if it does not exist.")]
    [InlineData("fold m -o {0}/no/x",
        "--out '{0}/no/x' cannot be written because the folder '{0}/no' does not exist: create it first, or choose another.")]
    [InlineData("fold {0}/none -o {0}/x", "There is no model file '{0}/none': give one that 'batchwise train' saved.")]
    [InlineData("export m -o {0}", "--out '{0}' is a folder: add the name of the file to write.")]
    [InlineData("export resnet-20 -o {0}/x",
        "'resnet-20' is a network by name, which has learned nothing yet: give a model file that 'batchwise train' saved.")]
    [InlineData("import x.onnx --save {0}", "--save '{0}' is a folder: add the name of the file to write.")]
    [InlineData("evaluate {0}", "'{0}' is a folder: name the model file in it.")]
    [InlineData("evaluate {0}/none", "There is no model file '{0}/none': give one that 'batchwise train' saved.")]
    [InlineData("predict resnet-20", "'resnet-20' is a network by name, which has learned nothing yet: give a model file that 'batchwise train' saved.")]
    [InlineData("adapt {0}/none --data d", "There is no model file '{0}/none': give one that 'batchwise train' saved.")]
    [InlineData("lab learning-rates --out {0}/l --model {0}/none", "There is no model file '{0}/none': give one that 'batchwise train' saved.")]
    [InlineData("inspect {0}/foo", "'{0}/foo' is neither a file nor a network: give a model file, or one of mnist-mlp, mnist-mlp-plain, inception, bn-inception, inception-small, inception-small-plain, resnet-20, resnet-20-plain.")]
    [InlineData("inspect mnist-mlp --plan inference --batch 2000000000", "A batch of 2000000000 is too large for this network: 'input' would take 1568000000000 floats, and 1073741824 are the most: choose a smaller batch.")]
    [InlineData("inspect bn-inception --plan training --batch 3000", "A batch of 3000 is too large for this network: 'conv1' would take 2408448000 floats, and 1073741824 are the most: choose a smaller batch.")]
    public async Task What_cannot_be_read_written_or_held_is_said_first(string words, string expected)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "file"), "", TestContext.Current.CancellationToken);
        var place = folder.Replace(Path.DirectorySeparatorChar, '/');
        var (code, output, error) = await Run(words.Replace("{0}", place, StringComparison.Ordinal).Split(' '));
        Assert.Equal((1, ""), (code, output));
        Assert.Equal($"batchwise: {expected.Replace("{0}", place, StringComparison.Ordinal)}", error.TrimEnd().Replace(Path.DirectorySeparatorChar, '/'));
        Assert.Equal(["file"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_folder_that_takes_no_files_is_found_out_first()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self"), "There is no folder here that even an administrator cannot write to.");
        foreach (var words in new[] { "lab learning-rates --out /proc/x", "train mnist-mlp --save /proc/x", "reproduce mnist --out /proc/x/y" })
        {
            var (code, output, error) = await Run(words.Split(' '));
            Assert.Equal((1, ""), (code, output));
            Assert.EndsWith("cannot be written because the folder '/proc' takes no new files: allow writing there, or choose another.", error.TrimEnd(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_name_that_no_file_can_have_and_a_log_that_cannot_be_replaced_are_found_out_first()
    {
        var (code, _, error) = await Run("train", "mnist-mlp", "--save", Path.Combine(folder, new string('n', 256)));
        Assert.Equal(1, code);
        Assert.Contains($"has a name of more than 255 {(OperatingSystem.IsWindows() ? "letters" : "bytes")}", error, StringComparison.Ordinal);

        // Two bytes each.
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows counts letters.");
        (code, _, error) = await Run("train", "mnist-mlp", "--save", Path.Combine(folder, new string('ü', 128)));
        Assert.Equal(1, code);
        Assert.Contains("has a name of more than 255 bytes", error, StringComparison.Ordinal);
        var place = Path.Combine(folder, "new", new string('ü', 128));
        foreach (var words in (string[][])[["train", "mnist-mlp", "--save", Path.Combine(folder, "m"), "--run", place], ["lab", "learning-rates", "--out", place], ["reproduce", "mnist", "--out", Path.Combine(place, "x")], ["reproduce", "inception", "--out", place]])
        {
            (code, var output, error) = await Run(words);
            Assert.Equal((1, ""), (code, output));
            Assert.Contains($"{words[^1]} cannot be made because a name in it is too long, of more than 255 bytes as a rule: choose a shorter one.", error, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFileSystemEntries(folder));
        }

        Directory.CreateDirectory(Path.Combine(folder, "run", RunLog.FileName));
        (code, _, error) = await Run("train", "mnist-mlp", "--save", Path.Combine(folder, "m"), "--run", Path.Combine(folder, "run"));
        Assert.Equal(1, code);
        Assert.Contains($"--run '{Path.Combine(folder, "run", RunLog.FileName)}' is a folder", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train mnist-mlp --save {0}/m", "holds 30 training images, and mnist-mlp takes 60 in each step: give --data with more.")]
    [InlineData("reproduce mnist --out {0}/o", "leaves 25 images to train on, with 5 held out, and each step takes 60: give --data with more.")]
    public async Task Too_few_images_are_counted(string words, string expected)
    {
        WriteIdx(30);
        var (code, _, error) = await Run([.. words.Replace("{0}", folder, StringComparison.Ordinal).Split(' '), "--data", folder]);
        Assert.Equal((1, $"batchwise: {folder} {expected}"), (code, error.TrimEnd()));
        Assert.Equal(4, Directory.GetFileSystemEntries(folder).Length);
    }

    [Fact]
    public async Task A_damaged_file_is_named_with_its_folder()
    {
        WriteIdx(30);
        var images = Path.Combine(folder, "train-images-idx3-ubyte");
        await File.WriteAllBytesAsync(images, IdxBytes.Images(30)[..^1], TestContext.Current.CancellationToken);
        var (code, _, error) = await Run("reproduce", "mnist", "--data", folder);
        Assert.Equal(1, code);
        Assert.StartsWith($"batchwise: {images} is cut off", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_plain_network_learned_nothing_no_steps_are_saved()
    {
        WriteIdx(120);
        var (code, output, error) = await Run("reproduce", "mnist", "--data", folder, "--steps", "1", "--out", Path.Combine(folder, "out"));
        Assert.True(code == 0, error);
        Assert.Contains("The plain network has hardly learned yet (accuracy 0.1000)", output, StringComparison.Ordinal);
        Assert.DoesNotContain("times fewer steps", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MNIST_is_asked_of_the_address_that_was_given_and_a_failure_leaves_no_folder()
    {
        var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        using var server = new HttpListener();
        server.Prefixes.Add(FormattableString.Invariant($"http://127.0.0.1:{port}/"));
        server.Start();
        var asked = AnswerOnce(server);
        var target = Path.Combine(folder, "data", "mnist");
        var (code, _, error) = await Run("data", "get", "mnist", "--out", target, "--from", FormattableString.Invariant($"http://127.0.0.1:{port}/copy/of"));
        Assert.Equal("/copy/of/train-images-idx3-ubyte.gz", await asked);
        Assert.Equal(1, code);
        Assert.Contains("the SHA-256 of what came is not MNIST's", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    private static async Task<string> AnswerOnce(HttpListener server)
    {
        var context = await server.GetContextAsync();
        await context.Response.OutputStream.WriteAsync("not a digit"u8.ToArray(), TestContext.Current.CancellationToken);
        context.Response.Close();
        return context.Request.Url!.AbsolutePath;
    }

    private void WriteIdx(int count)
    {
        foreach (var set in new[] { "train", "t10k" })
        {
            File.WriteAllBytes(Path.Combine(folder, $"{set}-images-idx3-ubyte"), IdxBytes.Images(count));
            File.WriteAllBytes(Path.Combine(folder, $"{set}-labels-idx1-ubyte"), IdxBytes.Labels([.. Enumerable.Range(0, count).Select(i => (byte)(i % 10))]));
        }
    }

    private static async Task<(int Code, string Output, string Error)> Run(params string[] words)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await Program.Run(words, new Terminal(output, error), TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
