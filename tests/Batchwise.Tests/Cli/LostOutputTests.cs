using System.Text;

namespace Batchwise.Tests.Cli;

/// <summary>Progress that cannot be written ends no run; at the end it is said.</summary>
[Collection(Dotnet.Collection)]
public sealed class LostOutputTests : IDisposable
{
    private const string Said = "batchwise: Some of the output could not be written (No space left on device). The command went on without: what it says that it saved is complete.";

    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_training_goes_on_to_its_model_and_its_log()
    {
        var (model, run) = (Path.Combine(folder.Path, "model"), Path.Combine(folder.Path, "run"));
        var (code, error) = await Tool.RunTo(new FullDisk(), "train", "mnist-mlp", "--data", Tool.Idx(folder.Path, 120), "--epochs", "2", "--save", model, "--run", run);
        Assert.Equal((1, Said), (code, error.TrimEnd()));
        Assert.Equal(784, Model.Load(model).Network.InputShape.Size);
        Assert.Equal(4, RunLog.Load(run).Reports.Length);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("inspect mnist-mlp")]
    [InlineData("reproduce mnist --steps 2 --data {0} --out {0}/out")]
    [InlineData("lab factorization --quick --steps 2 --data {0} --out {0}/lab")]
    public async Task Every_command_says_it_and_fails(string words)
    {
        Tool.Idx(folder.Path, 120);
        var (code, error) = await Tool.RunTo(new FullDisk(), words.Replace("{0}", folder.Path, StringComparison.Ordinal).Split(' '));
        Assert.Equal((1, Said), (code, error.TrimEnd()));
    }

    [Fact]
    public async Task A_command_that_failed_keeps_its_code()
    {
        var (code, error) = await Tool.RunTo(new FullDisk(), "predict", "none");
        Assert.Equal(1, code);
        Assert.StartsWith("batchwise: There is no model file 'none'", error, StringComparison.Ordinal);
        Assert.Equal(2, (await Tool.RunTo(new FullDisk(), "nonsense")).Code);
    }

    [Theory]
    [InlineData("> /dev/full", 1)]
    [InlineData("> /dev/full 2>&1", 1)]
    [InlineData("2> /dev/full", 0)]
    [InlineData("| head -n 1; test $(wc -c < {0}/model) -gt 300000", 0)]
    public async Task Whatever_becomes_of_the_output_the_model_is_saved(string sink, int expected)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        var model = Path.Combine(folder.Path, "model");
        var (code, output) = await Tool.Shell($"$TOOL train mnist-mlp --data {Tool.Idx(folder.Path, 120)} --epochs 20 --save {model} {sink.Replace("{0}", folder.Path, StringComparison.Ordinal)}");
        Assert.True(code == expected, output);
        Assert.Equal(784, Model.Load(model).Network.InputShape.Size);
    }

    [Theory]
    [InlineData("TERM=xterm-256color")]
    [InlineData("TERM=xterm-256color CI=true GITHUB_ACTIONS=true")]
    [InlineData("TERM=dumb")]
    public async Task What_goes_to_a_file_has_no_escape_sequences(string variables)
    {
        var output = Path.Combine(folder.Path, "output");
        var (code, said) = await Tool.Shell($"export {variables}; $TOOL reproduce mnist --steps 2 --data {Tool.Idx(folder.Path, 120)} --out {folder.Path}/out > {output}");
        Assert.True(code == 0, said);
        var text = await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken);
        Assert.Contains("Figure 1 on ", text, StringComparison.Ordinal);
        Assert.DoesNotContain(text.ReplaceLineEndings(""), char.IsControl);
    }

    private sealed class FullDisk : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new IOException("No space left on device");
    }
}
