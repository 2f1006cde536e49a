using System.Runtime.InteropServices;
using Batchwise.Kernels;

namespace Batchwise.Tests.Packages;

/// <summary>The library in a program that is compiled ahead of time, without a just-in-time compiler and without reflection.</summary>
[Collection(Dotnet.Collection)]
public sealed class AotTests(ITestOutputHelper output) : IDisposable
{
    private const string Project = "tests/Batchwise.AotSmoke";
    private const string Compiler = "Microsoft.DotNet.ILCompiler";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    private readonly string folder = Directory.CreateTempSubdirectory("batchwise-aot-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_native_program_trains_folds_saves_loads_and_predicts()
    {
        var dotnet = Dotnet.CommandOrSkip();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Native programs have been compiled on Linux only.");
        Assert.SkipWhen((Dotnet.OnPath("clang") ?? Dotnet.OnPath("gcc")) is null, "There is no clang and no gcc on PATH, and one of them links a native program.");
        var runtime = $"linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

        var (restored, restoring) = await Run(dotnet, "restore", Project, "--runtime", runtime);
        Assert.SkipWhen(restored != 0 && restoring.Contains(Compiler, StringComparison.Ordinal), $"The package {Compiler} for {runtime} cannot be restored here.");
        Assert.True(restored == 0, restoring);
        // A warning is an error in that project; the second check holds whatever the settings.
        var (published, publishing) = await Run(dotnet, "publish", Project, "--configuration", "Release", "--runtime", runtime, "--no-restore", "--output", Path.Combine(folder, "program"));
        Assert.True(published == 0, publishing);
        Assert.DoesNotContain("warning", publishing, StringComparison.OrdinalIgnoreCase);

        var (code, printed) = await Dotnet.Run(Path.Combine(folder, "program", "Batchwise.AotSmoke"), [], folder, new Dictionary<string, string>(), Limit);
        output.WriteLine(printed);
        Assert.True(code == 0, printed);
        Assert.Matches(@"^0\.[89]\d\d of 200 right; ", printed);
        Assert.EndsWith($"; {InstructionSet.NameOf(InstructionSet.Widest)}", printed.TrimEnd(), StringComparison.Ordinal);
    }

    // All that is built goes to a folder of its own: nothing of this build is built again, or for another runtime.
    private Task<(int ExitCode, string Output)> Run(string dotnet, params string[] arguments) =>
        Dotnet.Run(dotnet, [.. arguments, $"-p:ArtifactsPath={folder}"], Repository.Root, new Dictionary<string, string>(), Limit);
}
