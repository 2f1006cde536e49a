using System.Runtime.InteropServices;
using Batchwise.Kernels;

namespace Batchwise.Tests.Packages;

/// <summary>The library in a program that is compiled ahead of time, without a just-in-time compiler and without reflection.</summary>
[Collection(Dotnet.Collection)]
public sealed class AotTests(ITestOutputHelper output) : IDisposable
{
    private const string Compiler = "Microsoft.DotNet.ILCompiler";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    private readonly string folder = Directory.CreateTempSubdirectory("batchwise-aot-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_native_program_trains_folds_saves_loads_and_predicts()
    {
        var program = await Publish("tests/Batchwise.AotSmoke", "Batchwise.AotSmoke");
        var (code, printed) = await Start(program);
        Assert.True(code == 0, printed);
        Assert.Matches(@"^0\.[89]\d\d of 200 right; ", printed);
        Assert.EndsWith($"; {InstructionSet.NameOf(InstructionSet.Widest)}", printed.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_native_sample_predicts_and_is_small()
    {
        var program = await Publish("samples/native", "digits");
        Assert.InRange(new FileInfo(program).Length, 1, 10_000_000);
        output.WriteLine($"{new FileInfo(program).Length:N0} bytes");

        var (train, _) = GeneratedDigits.Load(1, 600, 20);
        using var trainer = new Trainer(Network.Input(28, 28, 1).Flatten().Dense(32).Sigmoid().Dense(10).WithBatchNormalization(),
            new Sgd(0.5f), seed: 1);
        trainer.Fit(train, batchSize: 60, steps: 100);
        var model = Path.Combine(folder, "digits.safetensors");
        trainer.ToInference(train).Save(model);
        var images = Path.Combine(folder, "images");
        File.WriteAllBytes(images, IdxBytes.Images(20, 28, 28));
        var (code, printed) = await Start(program, model, images, "3");
        Assert.True(code == 0, printed);
        Assert.Matches(@"^image 3: class \d, \d+\.\d ?%; \d+ ms after the program began", printed);

        (code, printed) = await Start(program, model, images, "20");
        Assert.Equal(1, code);
        Assert.Equal("digits: There are images 0 to 19, and none of number 20.", printed.Trim());
        (code, printed) = await Start(program, images, images);
        Assert.Equal(1, code);
        Assert.StartsWith("digits: ", printed, StringComparison.Ordinal);
        Assert.Equal(2, (await Start(program)).ExitCode);
    }

    private async Task<string> Publish(string project, string name)
    {
        var dotnet = Dotnet.CommandOrSkip();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Native programs have been compiled on Linux only.");
        Assert.SkipWhen((Dotnet.OnPath("clang") ?? Dotnet.OnPath("gcc")) is null, "There is no clang and no gcc on PATH, and one of them links a native program.");
        var runtime = $"linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

        var (restored, restoring) = await Run(dotnet, "restore", project, "--runtime", runtime);
        Assert.SkipWhen(restored != 0 && restoring.Contains(Compiler, StringComparison.Ordinal), $"The package {Compiler} for {runtime} cannot be restored here.");
        Assert.True(restored == 0, restoring);
        // A warning of the core is an error; the second check holds whatever the settings.
        var (published, publishing) = await Run(dotnet, "publish", project, "--configuration", "Release", "--runtime", runtime,
            "--no-restore", "--output", Path.Combine(folder, "program"));
        Assert.True(published == 0, publishing);
        Assert.DoesNotContain("warning", publishing, StringComparison.OrdinalIgnoreCase);
        return Path.Combine(folder, "program", name);
    }

    private async Task<(int ExitCode, string Output)> Start(string program, params string[] arguments)
    {
        var result = await Dotnet.Run(program, arguments, folder, new Dictionary<string, string>(), Limit);
        output.WriteLine(result.Output);
        return result;
    }

    // All that is built goes to a folder of its own: nothing of this build is built again, or for another runtime.
    private Task<(int ExitCode, string Output)> Run(string dotnet, params string[] arguments) =>
        Dotnet.Run(dotnet, [.. arguments, $"-p:ArtifactsPath={folder}"], Repository.Root, new Dictionary<string, string>(), Limit);
}
