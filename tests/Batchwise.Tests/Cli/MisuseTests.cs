using System.CommandLine;
using Batchwise.Cli;

namespace Batchwise.Tests.Cli;

/// <summary>Command lines that are refused before anything is done: one sentence, exit code 2.</summary>
public sealed class MisuseTests
{
    [Theory]
    [InlineData("train mnist-mlp --save x --lr 0,5", "--lr takes a number above 0 such as 0.5, not '0,5'.")]
    [InlineData("train mnist-mlp --save x --lr 0", "--lr takes a number above 0 such as 0.5, not '0'.")]
    [InlineData("train mnist-mlp --save x --lr -1", "--lr takes a number above 0 such as 0.5, not '-1'.")]
    [InlineData("train resnet-20 --save x --lr NaN", "--lr takes a number above 0 such as 0.5, not 'NaN'.")]
    [InlineData("train resnet-20 --save x --lr Infinity", "--lr takes a number above 0 such as 0.5, not 'Infinity'.")]
    [InlineData("train mnist-mlp --save x --lr 1e39", "--lr takes a number above 0 such as 0.5, not '1e39'.")]
    [InlineData("train mnist-mlp --save x --lr=", "Required argument missing for option: '--lr'.")]
    [InlineData("adapt m --data d --pseudo-count 0,5", "--pseudo-count takes a number from 0 such as 0.5, or Infinity, not '0,5'.")]
    [InlineData("adapt m --data d --pseudo-count -1", "--pseudo-count takes a number from 0 such as 0.5, or Infinity, not '-1'.")]
    [InlineData("adapt m --data d --pseudo-count NaN", "--pseudo-count takes a number from 0 such as 0.5, or Infinity, not 'NaN'.")]
    [InlineData("reproduce inception --width 0,25", "--width takes a number above 0 and up to 4 such as 0.25, not '0,25'.")]
    [InlineData("reproduce inception --width 0", "--width takes a number above 0 and up to 4 such as 0.25, not '0'.")]
    [InlineData("reproduce inception --steps 0", "--steps takes a whole number from 1 to 1000000000, not '0'.")]
    [InlineData("reproduce mnist --steps 1,000", "--steps takes a whole number from 1 to 1000000000, not '1,000'.")]
    [InlineData("reproduce mnist --steps 0", "--steps takes a whole number from 1 to 1000000000, not '0'.")]
    [InlineData("reproduce mnist --unit 100", "--unit takes a whole number from 0 to 99, not '100'.")]
    [InlineData("reproduce mnist --seed -1", "--seed takes a whole number from 0 to 18446744073709551615, not '-1'.")]
    [InlineData("lab factorization --quick --steps 9223372036854775807", "--steps takes a whole number from 1 to 1000000000, not '9223372036854775807'.")]
    [InlineData("lab learning-rates --seeds 4", "--seeds takes a whole number from 5 to 1000, not '4'.")]
    [InlineData("train mnist-mlp --save x --epochs abc", "--epochs takes a whole number from 1 to 1000000, not 'abc'.")]
    [InlineData("train mnist-mlp --save x --epochs 0", "--epochs takes a whole number from 1 to 1000000, not '0'.")]
    [InlineData("train mnist-mlp --save x --epochs 2.5", "--epochs takes a whole number from 1 to 1000000, not '2.5'.")]
    [InlineData("train mnist-mlp --save x --epochs 99999999999", "--epochs takes a whole number from 1 to 1000000, not '99999999999'.")]
    [InlineData("train resnet-20 --save x --size 8", "--size takes a whole number from 9 to 4096, not '8'.")]
    [InlineData("train resnet-20 --save x --batch 1", "--batch takes a whole number from 2 to 1000000, not '1'.")]
    [InlineData("predict m --index -1", "--index takes a whole number from 0 to 2147483647, not '-1'.")]
    [InlineData("inspect m --plan foo", "--plan takes training, statistics or inference, not 'foo'.")]
    [InlineData("fold m -o x --statistics batch", "--statistics takes population or moving, not 'batch'.")]
    [InlineData("export m -o x --opset 16", "--opset takes a whole number from 17 to 23, not '16'.")]
    [InlineData("export m -o x --batch 0", "--batch takes a whole number from 1 to 2147483647, not '0'.")]
    [InlineData("import m.onnx --save x --input-shape 224,224,3",
        "--input-shape takes a shape such as 224x224x3 or 784, not '224,224,3'.")]
    [InlineData("import m.onnx --save x --input-shape 0x3",
        "--input-shape: Extent 0 in [0, 3] is below 1: every extent of a shape is positive.")]
    [InlineData("fold m", "Option '--out' is required.")]
    [InlineData("train resnet-20 --save x --memory none", "--memory takes full or low, not 'none'.")]
    [InlineData("data get mnist --from foo", "--from takes the address of a folder on the web, beginning with http:// or https://, not 'foo'.")]
    [InlineData("data get mnist --from file:///mnist", "--from takes the address of a folder on the web, beginning with http:// or https://, not 'file:///mnist'.")]
    public async Task A_value_that_an_option_does_not_take_is_named_with_what_it_takes(string words, string expected) => await Refused(expected, words.Split(' '));

    [Theory]
    [InlineData("--save is empty: name a file.", "train", "mnist-mlp", "--save", "")]
    [InlineData("--run is empty: name a folder, or leave the option out.", "train", "mnist-mlp", "--save", "x", "--run", " ")]
    [InlineData("--data is empty: name a folder, or leave the option out.", "evaluate", "m", "--data", "")]
    [InlineData("--out is empty: name a file.", "fold", "m", "-o", "")]
    [InlineData("--data is empty: name a folder.", "adapt", "m", "--data", "")]
    [InlineData("--out is empty: name a folder, or leave the option out.", "lab", "learning-rates", "--out", "")]
    [InlineData("--epochs takes a whole number from 1 to 1000000, not ''.", "train", "mnist-mlp", "--save", "x", "--epochs", "")]
    public async Task An_empty_value_is_refused(string expected, params string[] words) => await Refused(expected, words);

    [Theory]
    [InlineData("trian", "'batchwise' has no command 'trian': did you mean train?")]
    [InlineData("nonsense", "'batchwise' has no command 'nonsense': choose from reproduce, train, evaluate, predict, inspect, doctor, adapt, fold, export, import, data and lab.")]
    [InlineData("train resnet-2", "'batchwise train' has no command 'resnet-2': did you mean resnet-20?")]
    [InlineData("train mnist-mlp --ephocs 3", "'batchwise train mnist-mlp' has no option '--ephocs': did you mean --epochs?")]
    [InlineData("train mnist-mlp --ephocs=3 --save x", "'batchwise train mnist-mlp' has no option '--ephocs': did you mean --epochs?")]
    [InlineData("evaluate m --verbose", "'batchwise evaluate' has no option '--verbose': choose from --data and --max-pixels.")]
    [InlineData("evaluate m n", "'batchwise evaluate' does not know what to do with 'n': leave it out, or see 'batchwise evaluate --help'.")]
    [InlineData("train --epochs 3 mnist-mlp", "--epochs stands in the wrong place: put it behind 'batchwise train mnist-mlp'.")]
    [InlineData("data", "'batchwise data' needs one of its commands: get, as in 'batchwise data get mnist'.")]
    [InlineData("train", "'batchwise train' needs one of its commands: mnist-mlp, inception-small, resnet-20 or bn-inception, as in 'batchwise train resnet-20 --save FILE'.")]
    [InlineData("--hepl", "'batchwise' has no option '--hepl': did you mean --help?")]
    public async Task A_misspelling_is_one_sentence_with_what_was_meant(string words, string expected) => await Refused(expected, words.Split(' '));

    [Theory]
    [InlineData("train --data photos", "'batchwise train' needs one of its commands before '--data': mnist-mlp, inception-small, resnet-20 or bn-inception, as in 'batchwise train resnet-20 --data photos --save FILE'.")]
    [InlineData("train --data=photos --nonsense 3 --epochs 2", "'batchwise train' needs one of its commands before '--data=photos': mnist-mlp, inception-small, resnet-20 or bn-inception, as in 'batchwise train resnet-20 --data=photos --epochs 2 --save FILE'.")]
    [InlineData("train --save X", "'batchwise train' needs one of its commands before '--save': mnist-mlp, inception-small, resnet-20 or bn-inception, as in 'batchwise train resnet-20 --save X'.")]
    [InlineData("reproduce --quick", "'batchwise reproduce' needs one of its commands before '--quick': mnist or inception, as in 'batchwise reproduce mnist --quick'.")]
    [InlineData("data --x", "'batchwise data' needs one of its commands before '--x': get, as in 'batchwise data get mnist'.")]
    [InlineData("data get --out there", "'batchwise data get' needs one of its commands before '--out': mnist, as in 'batchwise data get mnist --out there'.")]
    [InlineData("--data photos", "'batchwise' needs one of its commands before '--data': reproduce, train, evaluate, predict, inspect, doctor, adapt, fold, export, import, data or lab, as in 'batchwise train resnet-20 --data photos --save FILE'.")]
    public async Task An_option_where_a_command_belongs_is_answered_with_the_commands_and_a_line_to_type(string words, string expected) => await Refused(expected, words.Split(' '));

    [Fact]
    public async Task A_line_to_type_keeps_a_name_with_a_space_together() => await Refused(
        "'batchwise train' needs one of its commands before '--data': mnist-mlp, inception-small, resnet-20 or bn-inception, as in 'batchwise train resnet-20 --data \"my photos\" --save FILE'.",
        ["train", "--data", "my photos"]);

    [Theory]
    [InlineData("--nonsense")]
    [InlineData("--nonsense=")]
    [InlineData("-x")]
    [InlineData("-")]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("--nonsense", "nonsense", "--more")]
    [InlineData("--", "--nonsense")]
    public async Task Whatever_no_command_knows_is_refused_in_a_sentence_behind_every_command(params string[] words)
    {
        foreach (var command in Paths(Program.Root(new Terminal(TextWriter.Null, TextWriter.Null))))
        {
            var (code, output, error) = await Run([.. command, .. words, "one more", "and another"]);
            Assert.True((code, output) == (2, ""), $"{string.Join(' ', command)} {string.Join(' ', words)}: {code} {output}");
            Assert.Equal(2, error.TrimEnd().ReplaceLineEndings("\n").Split('\n').Length);
        }
    }

    private static IEnumerable<string[]> Paths(Command command) =>
        [[], .. command.Subcommands.SelectMany(sub => Paths(sub).Select(path => (string[])[sub.Name, .. path]))];

    [Fact]
    public async Task Alone_it_shows_its_help()
    {
        var (code, output, error) = await Run();
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("reproduce", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bn-inception", "only at --size 32")]
    [InlineData("resnet-20", "Default: generated textured shapes.")]
    public async Task Help_names_no_default_that_is_refused(string network, string expected) =>
        Assert.Contains(expected, (await Run("train", network, "--help")).Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("evaluate")]
    [InlineData("predict")]
    [InlineData("doctor")]
    [InlineData("adapt")]
    public async Task Help_of_what_takes_any_model_names_both_kinds_of_data(string command)
    {
        var (_, output, _) = await Run(command, "--help");
        Assert.All(["IDX files", "class folders", ".tar"], word => Assert.Contains(word, output, StringComparison.Ordinal));
    }

    private static async Task Refused(string expected, string[] words)
    {
        var (code, output, error) = await Run(words);
        Assert.Equal((2, ""), (code, output));
        Assert.Equal([$"batchwise: {expected}", "Try 'batchwise --help', or --help behind a command."], error.TrimEnd().ReplaceLineEndings("\n").Split('\n'));
    }

    private static async Task<(int Code, string Output, string Error)> Run(params string[] words)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await Program.Run(words, new Terminal(output, error), TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
