using Batchwise.Images;
using Batchwise.Onnx;

namespace Batchwise.Tests.Samples;

/// <summary>Programs of one file under <c>samples</c>, built against the assemblies that are tested, in a folder of their own.</summary>
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
        foreach (var settings in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
            File.WriteAllText(Path.Combine(folder, settings), "<Project />");
        var sdk = lines.Where(line => line.StartsWith("#:sdk ", StringComparison.Ordinal)).Select(line => line[6..]).SingleOrDefault() ?? "Microsoft.NET.Sdk";
        string[] assemblies = [.. new[] { typeof(Network), typeof(ImageFolder), typeof(OnnxExport), typeof(StbImageSharp.ImageResult), typeof(Google.Protobuf.IMessage) }.Select(type => type.Assembly.Location)];
        File.WriteAllText(Path.Combine(folder, $"{name}.csproj"), $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <InvariantGlobalization>true</InvariantGlobalization>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                {string.Concat(assemblies.Select(assembly => $"<Reference Include=\"{assembly}\" />"))}
              </ItemGroup>
            </Project>
            """);
        File.WriteAllLines(Path.Combine(folder, "Program.cs"), lines.Where(line => !line.StartsWith("#:", StringComparison.Ordinal)));
        var output = Path.Combine(folder, "out");
        var (code, printed) = await Dotnet.Run(dotnet, ["build", "--configuration", "Release", "--output", output], folder, new Dictionary<string, string>(), Limit);
        Assert.True(code == 0, printed);
        return Path.Combine(output, $"{name}.dll");
    }

    /// <summary>Runs a built sample to its end.</summary>
    public Task<(int ExitCode, string Output)> Run(string assembly, params string[] arguments) =>
        Dotnet.Run(Dotnet.Command!, [assembly, .. arguments], Folder.FullName, new Dictionary<string, string>(), Limit);
}
