using Batchwise.Images;
using Batchwise.Onnx;

namespace Batchwise.Tests.Samples;

/// <summary>
/// Programs of one file under <c>samples</c>, built against the assemblies that are tested, in a folder of their own.
/// </summary>
public sealed class SamplePrograms : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>The temporary folder.</summary>
    public DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("batchwise-samples-");

    public void Dispose() => Folder.Delete(recursive: true);

    /// <summary>Builds a sample.</summary>
    /// <param name="path">Its path below <c>samples</c>.</param>
    /// <returns>The program's assembly.</returns>
    public async Task<string> Build(string path)
    {
        var dotnet = Dotnet.CommandOrSkip();
        var lines = File.ReadAllLines(Repository.PathTo($"samples/{path}"));
        var name = Path.GetFileNameWithoutExtension(path);
        var folder = Folder.CreateSubdirectory($"build-{name}").FullName;
        ScratchProject.Isolate(folder);
        var sdk = lines.Where(line => line.StartsWith("#:sdk ", StringComparison.Ordinal)).Select(line => line[6..])
            .SingleOrDefault() ?? "Microsoft.NET.Sdk";
        Type[] types = [typeof(Network), typeof(ImageFolder), typeof(OnnxExport), typeof(StbImageSharp.ImageResult),
            typeof(Google.Protobuf.IMessage)];
        ScratchProject.Write(folder, name, string.Concat(types.Select(ScratchProject.Reference)), sdk);
        File.WriteAllLines(Path.Combine(folder, "Program.cs"),
            lines.Where(line => !line.StartsWith("#:", StringComparison.Ordinal)));
        var output = Path.Combine(folder, "out");
        var (code, printed) = await Dotnet.Run(dotnet, ["build", "--configuration", "Release", "--output", output], folder,
            new Dictionary<string, string>(), Limit);
        Assert.True(code == 0, printed);
        return Path.Combine(output, $"{name}.dll");
    }

    /// <summary>Runs a built sample to its end.</summary>
    public Task<(int ExitCode, string Output)> Run(string assembly, params string[] arguments) =>
        Dotnet.Run(Dotnet.Command!, [assembly, .. arguments], Folder.FullName, new Dictionary<string, string>(), Limit);
}
