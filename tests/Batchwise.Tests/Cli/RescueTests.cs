using System.Text;
using Batchwise.Cli;
using Batchwise.Tests.Images;

namespace Batchwise.Tests.Cli;

/// <summary>What cannot be saved is found out before the work or, where that cannot be, saved elsewhere.</summary>
[Collection(Dotnet.Collection)]
public sealed class RescueTests : IDisposable
{
    private readonly DataFolder folder = new();
    private readonly List<string> rescued = [];

    public void Dispose()
    {
        foreach (var path in rescued)
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            else
                File.Delete(path);
        }
        folder.Dispose();
    }

    [Fact]
    public async Task A_model_whose_folder_is_gone_is_saved_in_the_temporary_folder()
    {
        var target = Directory.CreateDirectory(Path.Combine(folder.Path, "target")).FullName;
        var (code, error) = await Tool.RunTo(new Meddler("training", () => Directory.Delete(target)),
            "train", "mnist-mlp", "--data", Tool.Idx(folder.Path, 120), "--epochs", "1", "--save", Path.Combine(target, "model.safetensors"));
        Assert.Equal(1, code);
        var place = Place(error);
        Assert.Contains($"because the folder '{target}' does not exist", error, StringComparison.Ordinal);
        Assert.Equal((Path.GetTempPath(), ".safetensors"), (Path.GetDirectoryName(place) + Path.DirectorySeparatorChar, Path.GetExtension(place)));
        Assert.Equal(784, Model.Load(place).Network.InputShape.Size);
    }

    [Fact]
    public async Task A_model_whose_place_is_taken_is_saved_beside_it_and_so_is_the_log()
    {
        var (model, run) = (Path.Combine(folder.Path, "model"), Path.Combine(folder.Path, "run"));
        var (code, error) = await Tool.RunTo(
            new Meddler("training", () =>
            {
                Directory.CreateDirectory(Path.Combine(model, "taken"));
                File.WriteAllText(run, "taken");
            }),
            "train", "mnist-mlp", "--data", Tool.Idx(folder.Path, 120), "--epochs", "1", "--save", model, "--run", run);
        Assert.Equal(1, code);
        var sentences = error.TrimEnd().Split('\n');
        Assert.Equal(2, sentences.Length);
        Assert.All(sentences, sentence => Assert.Equal(folder.Path, Path.GetDirectoryName(Place(sentence))));
        Assert.Equal(784, Model.Load(Place(sentences[0])).Network.InputShape.Size);
        Assert.Equal(2, RunLog.Load(Place(sentences[1])).Steps);
    }

    [Fact]
    public async Task A_run_that_diverges_keeps_its_log_too()
    {
        var run = Path.Combine(folder.Path, "run");
        var (code, error) = await Tool.RunTo(new Meddler("Data:", () => File.WriteAllText(run, "taken")),
            "train", "mnist-mlp", "--plain", "--lr", "1e38", "--data", Tool.Idx(folder.Path, 120), "--save", Path.Combine(folder.Path, "model"), "--run", run);
        Assert.Equal(1, code);
        Assert.Contains("Training stopped", error, StringComparison.Ordinal);
        Assert.NotNull(RunLog.Load(Place(error)).Divergence);
    }

    [Fact]
    public async Task A_device_that_takes_nothing_costs_no_model()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        var (code, _, error) = await Tool.Run("train", "mnist-mlp", "--data", Tool.Idx(folder.Path, 120), "--epochs", "1", "--save", "/dev/full");
        Assert.Equal(1, code);
        Assert.Contains("No space left on device", error, StringComparison.Ordinal);
        Assert.Equal(784, Model.Load(Place(error)).Network.InputShape.Size);
    }

    [Theory]
    [InlineData("reproduce mnist --steps 2", "results.json")]
    [InlineData("reproduce inception --width 0.01 --steps 1", "results.json")]
    [InlineData("lab factorization --quick --steps 2", "factorization.json")]
    public async Task Results_that_cannot_be_replaced_are_written_beside_their_folder(string words, string file)
    {
        var target = Path.Combine(folder.Path, "results");
        var data = words.Contains("inception", StringComparison.Ordinal) ? Photos() : Tool.Idx(folder.Path, 120);
        // The runs are kept in the folder, so that it stays.
        var (code, error) = await Tool.RunTo(new Meddler("Data:", () => Directory.CreateDirectory(Path.Combine(target, file, "taken"))), [.. words.Split(' '), "--data", data, "--out", target]);
        Assert.True(code == 1, error);
        var place = Place(error);
        Assert.Equal(folder.Path, Path.GetDirectoryName(place));
        Assert.True(File.Exists(Path.Combine(place, file)), string.Join(' ', Directory.GetFiles(place)));
    }

    [Fact]
    public async Task An_adapted_model_is_saved_beside_its_place()
    {
        var (model, adapted) = (Path.Combine(folder.Path, "model"), Path.Combine(folder.Path, "adapted"));
        new Model(NetworkState.Create(Network.Input(28, 28, 1).Flatten().Dense(10).BatchNormalization(), 1)).Save(model);
        var (code, error) = await Tool.RunTo(new Meddler("Before:", () => Directory.CreateDirectory(adapted)), "adapt", model, "--data", Tool.Idx(folder.Path, 120), "--save", adapted);
        Assert.Equal(1, code);
        Assert.Equal(784, Model.Load(Place(error)).Network.InputShape.Size);
    }

    [Fact]
    public void A_disk_without_room_is_found_out_first()
    {
        var path = Path.Combine(folder.Path, "model");
        Assert.Matches($"^--save {path} needs 1,000,000,000,000 MB, and its disk has [0-9,]+ MB left: make room, or choose another disk\\.$",
            Assert.Throws<IOException>(() => OutputPath.RequireRoom("--save", path, 1_000_000_000_000_000_000)).Message);
        OutputPath.RequireRoom("--save", path, 1);
        OutputPath.RequireRoom("--save", "/dev/null", long.MaxValue);
    }

    [Fact]
    public async Task A_class_name_of_two_lines_costs_no_training()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "No folder on Windows has a line break in its name.");
        using var files = new ImageFiles();
        var photos = files.Folder("photos", [.. from set in (string[])["train", "test"] from name in (string[])["a\nb", "c"] from i in Enumerable.Range(0, 2) select ($"{set}/{name}/{i}.png", ImageBytes.Png(16, 16, 9, 9, (byte)i))]);
        var (code, output, error) = await Tool.Run("train", "resnet-20", "--data", photos, "--size", "16", "--epochs", "1", "--batch", "2", "--save", Path.Combine(folder.Path, "model"));
        Assert.Equal(1, code);
        Assert.Contains("line break", error, StringComparison.Ordinal);
        Assert.DoesNotContain("training", output, StringComparison.Ordinal);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public async Task A_mount_point_is_found_out_first()
    {
        var place = Path.Combine(folder.Path, "model");
        var prepare = $"cd {folder.Path} && touch other model && unshare -rm sh -c 'mount --bind other model";
        Assert.SkipUnless((await Tool.Shell($"{prepare}'")).ExitCode == 0, "Nothing can be mounted here.");
        var (code, output) = await Tool.Shell($"{prepare} && $TOOL train mnist-mlp --save {place}'");
        Assert.Equal((1, $"batchwise: --save '{place}' is a mount point, which cannot be replaced: choose another file."), (code, output.TrimEnd()));
    }

    [Fact]
    public async Task Another_user_s_file_in_a_shared_folder_is_found_out_first()
    {
        const string asNobody = "setpriv --reuid 65534 --clear-groups";
        // The folder for temporary files may be one that only its owner enters.
        var shared = $"/tmp/batchwise-shared-{Guid.NewGuid():N}";
        var place = $"{shared}/model";
        try
        {
            Assert.SkipUnless(
                (await Tool.Shell($"test $(id -u) = 0 && mkdir {shared} && chmod 1777 {shared} && touch {place} && chmod 666 {place} && {asNobody} test -w {place} && {asNobody} $TOOL --help")).ExitCode == 0,
                "This test needs an administrator who can run a command as somebody else.");
            var (code, output) = await Tool.Shell($"{asNobody} $TOOL train mnist-mlp --save {place}");
            Assert.Equal((1, $"batchwise: --save '{place}' belongs to another user and stays as it is, because in the folder '{shared}' only owners replace their files: choose another file."), (code, output.TrimEnd()));
            // Whoever owns the file or the folder may.
            AtomicFile.RequireWritable(place);
        }
        finally
        {
            if (Directory.Exists(shared))
                Directory.Delete(shared, recursive: true);
        }
    }

    private string Photos()
    {
        var root = Path.Combine(folder.Path, "photos");
        foreach (var (set, i) in from set in (string[])["train", "test"] from i in Enumerable.Range(0, 40) select (set, i))
        {
            var path = Path.Combine(root, set, i % 2 == 0 ? "red" : "blue", $"{i}.png");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, ImageBytes.Png(16, 16, (byte)(i % 2 * 250), 0, (byte)i));
        }
        return root;
    }

    private string Place(string sentence)
    {
        const string before = "It was saved to ", behind = " instead: move it to where it belongs.";
        Assert.Contains(behind, sentence, StringComparison.Ordinal);
        var place = sentence[(sentence.IndexOf(before, StringComparison.Ordinal) + before.Length)..sentence.IndexOf(behind, StringComparison.Ordinal)];
        rescued.Add(place);
        return place;
    }

    /// <summary>An output that does something to the files when a line that begins with some words is written.</summary>
    private sealed class Meddler(string words, Action meddle) : TextWriter
    {
        private bool done;

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
        }

        public override void WriteLine(string? value)
        {
            if (done || value is null || !value.StartsWith(words, StringComparison.Ordinal))
                return;
            done = true;
            meddle();
        }
    }
}
