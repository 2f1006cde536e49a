using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Batchwise.Tests.Packages;

/// <summary>All packages, packed once from what this build made, in a folder that serves as a feed.</summary>
public sealed class PackedPackages : IAsyncLifetime
{
    public const string Library = "Batchwise";
    public const string Images = "Batchwise.Images";
    public const string Onnx = "Batchwise.Onnx";
    public const string Tool = "Batchwise.Tool";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("batchwise-packages-");

    /// <summary>The feed.</summary>
    public string Feed => Path.Combine(folder.FullName, "feed");

    public async ValueTask InitializeAsync()
    {
        if (Dotnet.Command is null)
            return;
        ScratchProject.Isolate(folder.FullName);
        File.WriteAllText(Path.Combine(folder.FullName, "NuGet.config"), $"""
            <configuration>
              <packageSources><clear /><add key="feed" value="{Feed}" /></packageSources>
              <packageSourceMapping><clear /></packageSourceMapping>
              <fallbackPackageFolders><clear /></fallbackPackageFolders>
            </configuration>
            """);
        await Pack("src/Batchwise");
        await Pack("src/Batchwise.Images");
        await Pack("src/Batchwise.Onnx");
        await Pack("src/Batchwise.Cli");
    }

    public ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>A new, empty folder whose NuGet settings know the feed alone.</summary>
    public string NewFolder(string name) => folder.CreateSubdirectory(name).FullName;

    /// <summary>Puts a package that ours need into the feed, from where this build restored it.</summary>
    /// <returns>Whether it is there, with its file.</returns>
    public bool AddToFeed(string id, string version)
    {
        var name = $"{id}.{version}.nupkg".ToLowerInvariant();
        var file = RestoredTo().Select(root => Path.Combine(root, id.ToLowerInvariant(), version, name)).FirstOrDefault(File.Exists);
        if (file is not null)
            File.Copy(file, Path.Combine(Feed, name), overwrite: true);
        return file is not null;
    }

    /// <summary>The file of a package.</summary>
    public string PathOf(string id) => Directory.GetFiles(Feed, $"{id}.*.nupkg").Single(path => char.IsAsciiDigit(Path.GetFileName(path)[id.Length + 1]));

    /// <summary>The version in a package's file name.</summary>
    public string VersionOf(string id) => Path.GetFileNameWithoutExtension(PathOf(id))[(id.Length + 1)..];

    /// <summary>The files in a package, by their paths.</summary>
    public Dictionary<string, byte[]> Contents(string id) => Contents(id, PathOf(id));

    /// <summary>The files in a package's symbols, by their paths.</summary>
    public Dictionary<string, byte[]> Symbols(string id) => Contents(id, Path.ChangeExtension(PathOf(id), ".snupkg"));

    /// <summary>Runs a program that must succeed, with a package cache of its own.</summary>
    public async Task<string> Run(string program, string workingFolder, params string[] arguments)
    {
        var variables = new Dictionary<string, string>
        {
            ["NUGET_PACKAGES"] = Path.Combine(folder.FullName, "cache"),
            // The runtime that runs this test lies in <root>/shared/Microsoft.NETCore.App/<version>; an installed tool looks for it.
            ["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")),
        };
        var (exitCode, output) = await Dotnet.Run(program, arguments, workingFolder, variables, Limit);
        Assert.True(exitCode == 0, $"{Path.GetFileName(program)} {string.Join(' ', arguments)} ended with {exitCode}:{Environment.NewLine}{output}");
        return output;
    }

    // Nothing is built again: what is packed is what the suite tests. Publishing goes to a folder of its own, as the
    // tool's package takes whatever lies in it, old files too.
    private Task<string> Pack(string project) => Run(Dotnet.Command!, Repository.Root, "pack", project, "--no-build", "--configuration", Configuration,
        "--output", Feed, $"-p:PublishDir={NewFolder("publish")}{Path.DirectorySeparatorChar}");

    private static IEnumerable<string> RestoredTo()
    {
        using var assets = JsonDocument.Parse(File.ReadAllBytes(Repository.PathTo("artifacts/obj/Batchwise.Images/project.assets.json")));
        return [.. assets.RootElement.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name)];
    }

    // The tests lie in artifacts/bin/<project>/<configuration>.
    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Name == "debug" ? "Debug" : "Release";

    private static Dictionary<string, byte[]> Contents(string id, string path)
    {
        Assert.True(File.Exists(path), $"{id} has no {Path.GetFileName(path)}.");
        using var archive = ZipFile.OpenRead(path);
        return archive.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var bytes = new MemoryStream();
            using var stream = entry.Open();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        });
    }
}
