using System.Globalization;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Batchwise.Tests.Images;

namespace Batchwise.Tests.Packages;

/// <summary>What a user installs: what it holds, and that it works where nothing else is installed.</summary>
[Collection(Dotnet.Collection)]
public class PackageTests(PackedPackages packages, ITestOutputHelper output) : IClassFixture<PackedPackages>
{
    /// <summary>The program that a user of the library writes first; the README and the docs show it.</summary>
    private const string FirstProgram = "samples/first.cs";

    // What a reader would call the same size.
    private const double SizeTolerance = 0.1;

    [Theory]
    [InlineData(PackedPackages.Library)]
    [InlineData(PackedPackages.Images)]
    [InlineData(PackedPackages.Onnx)]
    [InlineData(PackedPackages.Tool)]
    public void A_package_carries_licence_readme_notices_and_symbols(string id)
    {
        Dotnet.CommandOrSkip();
        var contents = packages.Contents(id);
        var metadata = XDocument.Load(new MemoryStream(contents[$"{id}.nuspec"])).Descendants().Where(element => !element.HasElements).ToLookup(element => element.Name.LocalName);

        Assert.Equal("MIT", metadata["license"].Single().Value);
        Assert.Equal("expression", metadata["license"].Single().Attribute("type")?.Value);
        Assert.Equal("README.md", metadata["readme"].Single().Value);
        Assert.NotEmpty(metadata["description"].Single().Value);
        Assert.Equal(File.ReadAllBytes(Repository.PathTo("README.md")), contents["README.md"]);
        Assert.Equal(File.ReadAllBytes(Repository.PathTo("THIRD-PARTY-NOTICES.md")), contents["THIRD-PARTY-NOTICES.md"]);
        Assert.Contains(packages.Symbols(id).Keys, path => path.EndsWith($"/{(id == PackedPackages.Tool ? PackedPackages.Library : id)}.pdb", StringComparison.Ordinal));

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{id} {packages.VersionOf(id)}: {new FileInfo(packages.PathOf(id)).Length:N0} bytes, {contents.Values.Sum(file => file.Length):N0} unpacked"));
    }

    /// <summary>The README's words on size, which this build's packages have to bear out; UPDATE_DOCS=1 rewrites them.</summary>
    [Theory]
    [InlineData(PackedPackages.Library)]
    [InlineData(PackedPackages.Images)]
    [InlineData(PackedPackages.Onnx)]
    [InlineData(PackedPackages.Tool)]
    public void The_README_tells_a_packages_size(string id)
    {
        Dotnet.CommandOrSkip();
        var path = Repository.PathTo("README.md");
        var told = new Regex($@"(?<=`{Regex.Escape(id)}` \()\d+(?= kB\))");
        var size = new FileInfo(packages.PathOf(id)).Length / 1e3;
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            File.WriteAllText(path, told.Replace(File.ReadAllText(path), size.ToString("0", CultureInfo.InvariantCulture)));
        var match = told.Match(File.ReadAllText(path));
        Assert.True(match.Success && Math.Abs(size / double.Parse(match.Value, CultureInfo.InvariantCulture) - 1) <= SizeTolerance,
            string.Create(CultureInfo.InvariantCulture, $"The README is to say `{id}` ({size:0} kB): run this test with UPDATE_DOCS=1."));
    }

    [Fact]
    public void The_library_is_one_documented_assembly_that_depends_on_nothing()
    {
        Dotnet.CommandOrSkip();
        var contents = packages.Contents(PackedPackages.Library);

        Assert.Equal(["lib/net10.0/Batchwise.dll", "lib/net10.0/Batchwise.xml"], contents.Keys.Where(path => path.Contains('/', StringComparison.Ordinal)
            && !path.StartsWith("_rels/", StringComparison.Ordinal) && !path.StartsWith("package/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Contains("T:Batchwise.Shape", Text(contents["lib/net10.0/Batchwise.xml"]), StringComparison.Ordinal);
        Assert.DoesNotContain("<dependency ", Text(contents["Batchwise.nuspec"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PackedPackages.Library)]
    [InlineData(PackedPackages.Images)]
    [InlineData(PackedPackages.Onnx)]
    [InlineData(PackedPackages.Tool)]
    public void A_package_holds_no_native_code(string id)
    {
        Dotnet.CommandOrSkip();
        var contents = packages.Contents(id);

        Assert.DoesNotContain(contents.Keys, path => path.StartsWith("runtimes/", StringComparison.Ordinal)
            || Path.GetExtension(path) is ".so" or ".dylib" or ".exe" or ".a" or ".lib" or ".node");
        var assemblies = contents.Where(file => file.Key.EndsWith(".dll", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(assemblies);
        Assert.All(assemblies, file =>
        {
            using var reader = new PEReader(new MemoryStream(file.Value));
            Assert.True(reader.PEHeaders.CorHeader?.Flags.HasFlag(CorFlags.ILOnly) == true, $"{file.Key} holds native code.");
        });
    }

    [Fact]
    public void The_notices_name_every_library_the_tool_ships_with_its_version()
    {
        Dotnet.CommandOrSkip();
        var notices = File.ReadAllLines(Repository.PathTo("THIRD-PARTY-NOTICES.md"));
        var versions = XDocument.Load(Repository.PathTo("Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(version => version.Attribute("Include")!.Value, version => version.Attribute("Version")!.Value.Trim('[', ']'));
        var foreign = packages.Contents(PackedPackages.Tool).Keys.Select(path => Path.GetFileName(path))
            .Where(name => name.EndsWith(".dll", StringComparison.Ordinal) && !name.StartsWith("Batchwise.", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(foreign);
        Assert.All(foreign, name =>
        {
            var cells = Assert.Single(notices, line => line.StartsWith($"| `{name}` |", StringComparison.Ordinal)).Split('|');
            var package = cells[2].Split('[', ']')[1];
            Assert.Equal(versions[package], cells[3].Trim());
        });
    }

    [Fact]
    public void The_images_are_one_documented_assembly_that_depends_on_the_library_and_a_decoder()
    {
        Dotnet.CommandOrSkip();
        var contents = packages.Contents(PackedPackages.Images);

        Assert.Equal(["lib/net10.0/Batchwise.Images.dll", "lib/net10.0/Batchwise.Images.xml"], contents.Keys.Where(path => path.StartsWith("lib/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Contains("M:Batchwise.Images.ImageFolder.Load", Text(contents["lib/net10.0/Batchwise.Images.xml"]), StringComparison.Ordinal);
        Assert.Equal([("Batchwise", packages.VersionOf(PackedPackages.Library)),
            ("StbImageSharp", $"[{VersionOf("StbImageSharp")}]")], Dependencies(PackedPackages.Images, contents));
    }

    [Fact]
    public void The_onnx_package_is_one_small_documented_assembly_that_depends_on_the_library_and_protobuf()
    {
        Dotnet.CommandOrSkip();
        var contents = packages.Contents(PackedPackages.Onnx);

        Assert.Equal(["lib/net10.0/Batchwise.Onnx.dll", "lib/net10.0/Batchwise.Onnx.xml"],
            contents.Keys.Where(path => path.StartsWith("lib/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Contains("M:Batchwise.Onnx.OnnxExport.Save", Text(contents["lib/net10.0/Batchwise.Onnx.xml"]),
            StringComparison.Ordinal);
        Assert.Equal([("Batchwise", packages.VersionOf(PackedPackages.Library)),
            ("Google.Protobuf", $"[{VersionOf("Google.Protobuf")}]")], Dependencies(PackedPackages.Onnx, contents));
        Assert.InRange(new FileInfo(packages.PathOf(PackedPackages.Onnx)).Length, 1, 150_000);
    }

    [Fact]
    public async Task The_onnx_package_works_in_an_empty_project()
    {
        var dotnet = Dotnet.CommandOrSkip();
        Assert.SkipUnless(packages.AddToFeed("Google.Protobuf", VersionOf("Google.Protobuf")),
            "Protobuf's package was not kept where it was restored to, so there is none for the local feed.");

        var printed = await Run(dotnet, "onnx", PackedPackages.Onnx, """
            using Batchwise;
            using Batchwise.Onnx;
            var network = Network.Input(6, 6, 3).Convolution(4, 3).BatchNormalization().Relu().GlobalAveragePool().Dense(2);
            var model = new Model(NetworkState.Create(network, 1));
            OnnxExport.Save(model, "model.onnx");
            var back = OnnxImport.Load("model.onnx");
            var input = new float[6 * 6 * 3];
            input[7] = 1;
            var difference = model.Predict(input).Zip(back.Predict(input), (one, other) => Math.Abs(one - other)).Max();
            Console.WriteLine(back.Network.InputShape + (difference < 1e-5 ? ", the same" : ", different"));
            """);

        Assert.Equal("[6, 6, 3], the same", printed.Trim());
    }

    [Fact]
    public async Task The_images_work_in_an_empty_project()
    {
        var dotnet = Dotnet.CommandOrSkip();
        Assert.SkipUnless(packages.AddToFeed("StbImageSharp", VersionOf("StbImageSharp")),
            "The decoder's package was not kept where it was restored to, so there is none for the local feed.");
        using var files = new ImageFiles();
        var photos = files.Folder("photos", ImageFiles.Small);

        var printed = await Run(dotnet, "images", PackedPackages.Images, """
            var (train, test, _, names) = Batchwise.Images.ImageFolder.Load(args[0]);
            System.Console.WriteLine(train.Count + " + " + test.Count + " of " + string.Join(", ", names));
            """, photos);

        Assert.Equal("4 + 2 of Dog, cat", printed.Trim());
    }

    [Fact]
    public async Task The_library_works_in_an_empty_project()
    {
        var dotnet = Dotnet.CommandOrSkip();

        var printed = await Run(dotnet, "first", PackedPackages.Library, FirstProgramText());

        output.WriteLine(printed);
        // It says what it does and how long that takes before it begins, and how far it has come.
        Assert.StartsWith("Reading or making 70,000 digits, then 10,000 training steps: some ten seconds", printed.Trim(), StringComparison.Ordinal);
        Assert.Contains("step 1,000 of 10,000: ", printed, StringComparison.Ordinal);
        Assert.Matches(@"digits: \d+\.\d+ ?% right", printed);
    }

    private static IEnumerable<(string Id, string Version)> Dependencies(string id, Dictionary<string, byte[]> contents) =>
        XDocument.Load(new MemoryStream(contents[$"{id}.nuspec"])).Descendants()
            .Where(element => element.Name.LocalName == "dependency")
            .Select(dependency => (dependency.Attribute("id")!.Value, dependency.Attribute("version")!.Value));

    private static string VersionOf(string package) =>
        XDocument.Load(Repository.PathTo("Directory.Packages.props")).Descendants("PackageVersion")
        .Single(version => version.Attribute("Include")!.Value == package).Attribute("Version")!.Value.Trim('[', ']');

    // A program of one file, in a new project that knows one of our packages.
    private Task<string> Run(string dotnet, string name, string package, string program, params string[] arguments)
    {
        var project = packages.NewFolder(name);
        ScratchProject.Write(project, name,
            $"<PackageReference Include=\"{package}\" Version=\"[{packages.VersionOf(package)}]\" />");
        File.WriteAllText(Path.Combine(project, "Program.cs"), program);
        return packages.Run(dotnet, project, ["run", "--configuration", "Release", "--", .. arguments]);
    }

    [Fact]
    public async Task The_tool_installs_and_runs()
    {
        var dotnet = Dotnet.CommandOrSkip();
        var folder = packages.NewFolder("tool");

        await packages.Run(dotnet, folder, "tool", "install", PackedPackages.Tool, "--version", packages.VersionOf(PackedPackages.Tool), "--tool-path", folder,
            "--source", packages.Feed);
        var printed = await packages.Run(Path.Combine(folder, OperatingSystem.IsWindows() ? "batchwise.exe" : "batchwise"), folder, "--help");

        output.WriteLine(printed);
    }

    // The sample is a program of one file; its directives (#:project and the like) are this project's business instead.
    private static string FirstProgramText()
    {
        var sample = Repository.PathTo(FirstProgram);
        if (!File.Exists(sample))
            return "System.Console.WriteLine(new Batchwise.Shape(28, 28, 1));";
        return string.Join('\n', File.ReadLines(sample).Where(line =>
            !line.StartsWith("#:", StringComparison.Ordinal) && !line.StartsWith("#!", StringComparison.Ordinal)));
    }

    private static string Text(byte[] utf8) => Encoding.UTF8.GetString(utf8);
}
