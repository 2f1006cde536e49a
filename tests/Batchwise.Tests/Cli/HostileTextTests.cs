using System.Net;
using System.Net.Sockets;
using System.Text;
using Batchwise.Tests.Architecture;
using Batchwise.Tests.Images;

namespace Batchwise.Tests.Cli;

/// <summary>Names from files and answers of servers reach no terminal as commands.</summary>
public sealed class HostileTextTests : IDisposable
{
    private const string Red = "\u001B[31mred\u001B]0;owned\u0007", Shown = "\\u001B[31mred\\u001B]0;owned\\u0007";

    private readonly ImageFiles files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task Names_of_classes()
    {
        var (model, photos) = (Path.Combine(files.Root, "model"), Photos(Red));
        new Model(NetworkState.Create(Network.Input(8, 8, 3).GlobalAveragePool().BatchNormalization().Dense(2), 1)) { ClassNames = [Red, new string('x', 1_000_000)] }.Save(model);
        Assert.Contains(Shown, await Output(0, "inspect", model), StringComparison.Ordinal);
        Assert.Contains(Shown, await Output(1, "evaluate", model, "--data", Photos("blue")), StringComparison.Ordinal);
        // Folders of such names are refused, and shown by numbers too.
        foreach (var command in (string[])["predict", "evaluate", "adapt"])
            Assert.Contains(Shown, await Output(1, command, model, "--data", photos), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_names_of_classes_are_all_shown()
    {
        var model = Path.Combine(files.Root, "model");
        new Model(NetworkState.Create(Network.Input(2).Dense(1000), 1)) { ClassNames = [.. Enumerable.Range(0, 1000).Select(i => $"class{i}")] }.Save(model);
        var output = await Output(0, "inspect", model);
        Assert.All(Enumerable.Range(0, 1000), i => Assert.Contains($"class{i}", output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"name": "x", "kind": "RED", "inputs": ["in"], "settings": {}}""")]
    [InlineData("""{"name": "RED", "kind": "relu", "inputs": ["in"], "settings": {}}""")]
    [InlineData("""{"name": "x", "kind": "relu", "inputs": ["RED"], "settings": {}}""")]
    [InlineData("""{"name": "x", "kind": "dense", "inputs": ["in"], "settings": {"outputs": "RED"}}""")]
    public async Task Layers(string layer)
    {
        var model = Path.Combine(files.Root, "model");
        SafeTensorFile.Write(model, [], new Dictionary<string, string>
        {
            ["batchwise.network"] = """{"version": 1, "layers": [{"name": "in", "kind": "input", "inputs": [], "settings": {"shape": "2"}}, """
                + layer.Replace("RED", "\\u001b[31mred\\u001b]0;owned\\u0007", StringComparison.Ordinal) + "]}",
        });
        foreach (var command in (string[])["inspect", "predict", "doctor"])
            Assert.Contains(Shown, await Output(1, command, model), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_archives_and_what_was_typed()
    {
        var archive = files.Tar($"{Red}.tar", [.. from set in (string[])["train", "test"] from name in (string[])["a", "b"] from i in Enumerable.Range(0, 2) select ($"{set}/{name}/{i}.png", ImageBytes.Png(16, 16, 9, 9, (byte)i))]);
        var model = Path.Combine(files.Root, $"{Red}.model");
        Assert.Contains($"Saved to {Path.Combine(files.Root, Shown)}.model.", await Output(0, "train", "resnet-20", "--size", "16", "--epochs", "1", "--batch", "2", "--data", archive, "--save", model), StringComparison.Ordinal);
        Assert.Contains(Shown, await Output(0, "evaluate", model, "--data", archive), StringComparison.Ordinal);
        Assert.Contains($"{Shown}/0.png", await Output(1, "evaluate", model, "--data", files.Tar("damaged.tar", ($"train/{Red}/0.png", [1, 2, 3]), ($"test/{Red}/0.png", [1, 2, 3]))), StringComparison.Ordinal);
        Assert.Contains(Shown, await Output(1, "evaluate", Red), StringComparison.Ordinal);
        Assert.Contains(Shown, await Output(2, Red), StringComparison.Ordinal);
        Assert.Contains(Shown, await Output(2, "train", $"--{Red}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_of_a_run()
    {
        var run = Path.Combine(files.Root, "run");
        using (var trainer = new Trainer(Network.Input(2).Dense(2), new Sgd(1), threads: 1))
            (RunLog.Of(trainer, Red, Red, Red, 1, 1, []) with { Divergence = new(1, Red) }).Save(run);
        Assert.Contains(Shown, await Output(1, "doctor", "mnist-mlp", "--run", run), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_s_answer()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var answering = Answer(server, $"HTTP/1.1 404 {Red}{new string('x', 20_000)}\r\nContent-Length: 0\r\n\r\n");
        var output = await Output(1, "data", "get", "mnist", "--out", Path.Combine(files.Root, "mnist"), "--from", $"http://{server.LocalEndpoint}/");
        await answering;
        Assert.Contains("the server answered 404", output, StringComparison.Ordinal);
        Assert.EndsWith("or give the address of another mirror.", output.TrimEnd(), StringComparison.Ordinal);
        Assert.InRange(output.Length, 1, 1_000);
    }

    [Theory]
    [InlineData("esc-classes", 0)]
    [InlineData("esc-kind", 1)]
    public async Task The_models_that_once_reached_the_terminal(string name, int code)
    {
        var model = Repository.SharedOrSkip($"cases/models/{name}.safetensors");
        foreach (var command in (string[])["inspect", "predict"])
            Assert.Contains("\\u001B[31mRED", await Output(code, command, model), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_archive_that_once_reached_the_terminal()
    {
        var archive = Repository.SharedOrSkip("cases/files/names.tar");
        Assert.Contains("\\u001B[31mRED", await Output(1, "train", "resnet-20", "--data", archive, "--size", "16", "--epochs", "1", "--batch", "2", "--save", Path.Combine(files.Root, "model")), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(files.Root, "model")));
    }

    [Fact]
    public void Nothing_is_printed_past_the_one_place_that_filters()
    {
        foreach (var file in SourceFile.Under("src/Batchwise.Cli"))
        {
            var name = Path.GetFileName(file.Path);
            Assert.True(name is "Program.cs" or "Terminal.cs" || !file.Tokens.Contains("Console"), $"{file.Path} writes to the console: let it write to the terminal.");
            Assert.True(name is "Program.cs" or "Terminal.cs" || !file.Tokens.Contains("Help"), $"{file.Path} takes the writer of the help, which filters nothing: let it write to the terminal.");
        }
    }

    private string Photos(string name) => files.Folder(name == Red ? "photos" : name,
        [.. from set in (string[])["train", "test"] from i in Enumerable.Range(0, 4) select ($"{set}/{name}/{i}.png", ImageBytes.Png(8, 8, (byte)(40 * i), 0, 0))]);

    private static async Task Answer(TcpListener server, string answer)
    {
        using var connection = await server.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var stream = connection.GetStream();
        await stream.ReadAtLeastAsync(new byte[4096], 1, cancellationToken: TestContext.Current.CancellationToken);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), TestContext.Current.CancellationToken);
    }

    /// <summary>All that a command says, in which nothing is left that a terminal would obey.</summary>
    private static async Task<string> Output(int expected, params string[] words)
    {
        var (code, output, error) = await Tool.Run(words);
        Assert.True(code == expected, output + error);
        var said = output + error;
        Assert.DoesNotContain(said.ReplaceLineEndings(""), char.IsControl);
        Assert.All(said.Split('\n'), line => Assert.InRange(line.Length, 0, 5_000));
        return said;
    }
}
