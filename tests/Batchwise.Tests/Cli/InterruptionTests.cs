using System.Diagnostics;
using System.Globalization;
using Batchwise.Cli;
using Batchwise.Tests.Images;

namespace Batchwise.Tests.Cli;

/// <summary>What a command that runs in a process of its own does when it is asked to end.</summary>
[Collection(Dotnet.Collection)]
public sealed class InterruptionTests : IDisposable
{
    private const int SigHup = 1;
    private const int SigInt = 2;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly ImageFiles files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_replica_says_that_it_was_interrupted_and_what_is_kept(string signal)
    {
        var data = files.Folder("photos", [.. new[] { "train", "test" }.SelectMany(set => Enumerable.Range(0, 40).Select(
            i => ($"{set}/{(i % 2 == 0 ? "red" : "blue")}/{i}.png", ImageBytes.Png(16, 16, (byte)(i % 2 * 250), 0, (byte)i))))]);
        var target = Path.Combine(files.Root, "out");
        var (code, output) = await Signalled(signal, "Left open by the paper", "reproduce", "inception", "--data", data, "--width", "0.01", "--steps", "100000000", "--out", target);
        Assert.True(code == 130, output);
        Assert.Contains($"Interrupted: what is finished is kept in {Path.Combine(target, "runs")}", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task A_training_saves_what_it_has(string signal)
    {
        var model = Path.Combine(files.Root, "model.safetensors");
        var (code, output) = await Signalled(signal, "training ", "train", "mnist-mlp", "--epochs", "100000", "--save", model);
        Assert.True(code == 130, output);
        Assert.Matches($@"Interrupted at step [0-9,]+ of 100,000,000: the model is saved to {model}\.", output);
        Assert.Equal(784, Model.Load(model).Network.InputShape.Size);

        // A model that is there may be worth more.
        File.WriteAllText(model, "a better one");
        (code, output) = await Signalled(signal, "training ", "train", "mnist-mlp", "--epochs", "100000", "--save", model);
        Assert.True(code == 130, output);
        Assert.Equal("a better one", File.ReadAllText(model));
        Assert.Equal(784, Model.Load(Path.Combine(files.Root, "model.interrupted.safetensors")).Network.InputShape.Size);
    }

    [Fact]
    public async Task What_nohup_starts_outlives_its_terminal()
    {
        Assert.SkipWhen(Dotnet.OnPath("nohup") is null, "There is no nohup here.");
        var model = Path.Combine(files.Root, "model.safetensors");
        var process = "";
        var (code, output) = await Tool.Shell($"nohup $TOOL train mnist-mlp --epochs 20 --save {model} & echo process $!; wait $!", line =>
        {
            if (line.StartsWith("process ", StringComparison.Ordinal))
                process = line["process ".Length..];
            else if (line.StartsWith("training ", StringComparison.Ordinal))
                Tool.Signal("HUP", process);
        });
        Assert.True(code == 0, output);
        Assert.Contains($"Saved to {model}.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_does_not_ask_ends_all_the_same()
    {
        var model = Path.Combine(files.Root, "model.safetensors");
        new Model(NetworkState.Create(Network.Input(28, 28, 1).Flatten().Dense(4096).Relu().Dense(4096).Relu().Dense(10).WithBatchNormalization(), 1)).Save(model);
        var (code, output) = await Signalled("TERM", "No --data given", "evaluate", model);
        Assert.True(code == 130, output);
        Assert.Contains("batchwise: interrupted.", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Accuracy", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_training_that_has_not_begun_replaces_nothing()
    {
        var model = Path.Combine(files.Root, "model.safetensors");
        File.WriteAllText(model, "a better one");
        var run = Path.Combine(files.Root, "run");
        var (code, output) = await Signalled("TERM", "No --data given", "train", "mnist-mlp", "--epochs", "100000", "--save", model, "--run", run);
        Assert.True(code == 130, output);
        Assert.Contains("Interrupted before the first step: nothing was saved.", output, StringComparison.Ordinal);
        Assert.Equal("a better one", File.ReadAllText(model));
        Assert.False(File.Exists(Path.Combine(run, "run.json")));
    }

    private static Task<(int ExitCode, string Output)> Signalled(string signal, string when, params string[] words)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no way to send a signal to one process.");
        Assert.SkipWhen(signal == "INT" && IsIgnored(SigInt), "This process was started in the background, so its children ignore SIGINT.");
        Assert.SkipWhen(signal == "HUP" && IsIgnored(SigHup), "This process was started by nohup, so its children ignore SIGHUP.");
        var sent = 0;
        return Dotnet.Run(Dotnet.CommandOrSkip(), ["exec", typeof(Terminal).Assembly.Location, .. words], AppContext.BaseDirectory, new Dictionary<string, string>(), Limit, (process, line) =>
        {
            if (!line.StartsWith(when, StringComparison.Ordinal) || Interlocked.Exchange(ref sent, 1) == 1)
                return;
            using var kill = Process.Start("sh", ["-c", FormattableString.Invariant($"kill -{signal} {process}")]);
            kill.WaitForExit();
        });
    }

    private static bool IsIgnored(int signal)
    {
        if (!File.Exists("/proc/self/status"))
            return false;
        var ignored = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        return (ulong.Parse(ignored.AsSpan("SigIgn:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (signal - 1) & 1) == 1;
    }
}
