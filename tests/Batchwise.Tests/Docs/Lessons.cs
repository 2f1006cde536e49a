using System.Text;

namespace Batchwise.Tests.Docs;

/// <summary>The programs of the lessons and of the guide, built once as one program that runs whichever is named.</summary>
public sealed class Lessons : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("batchwise-lessons-");

    /// <summary>The names of all lessons, in their order.</summary>
    public static string[] Names { get; } = NamesIn("lessons");

    /// <summary>The names of the guide's programs.</summary>
    public static string[] Guide { get; } = NamesIn("guide");

    /// <summary>A program without the directives that make a program of one file.</summary>
    public static string Program(string name) => string.Join('\n', File.ReadAllText(Repository.PathTo($"samples/{(Names.Contains(name) ? "lessons" : "guide")}/{name}.cs")).ReplaceLineEndings("\n")
        .Split('\n').Where(line => !line.StartsWith("#:", StringComparison.Ordinal))).Trim();

    public async ValueTask InitializeAsync()
    {
        if (Batchwise.Tests.Dotnet.Command is null)
            return;
        ScratchProject.Isolate(folder.FullName);
        ScratchProject.Write(folder.FullName, "lessons", ScratchProject.Reference(typeof(Network)));
        var program = new StringBuilder("using Batchwise;\nswitch (args[0])\n{\n");
        foreach (var name in Names.Concat(Guide))
            program.Append("    case \"").Append(name).Append("\": ").Append(Class(name)).Append(".Run(); break;\n");
        File.WriteAllText(Path.Combine(folder.FullName, "Program.cs"), program.Append("}\n").ToString());
        foreach (var name in Names.Concat(Guide))
        {
            // Types stand at a program's end.
            var text = Program(name).Replace("using Batchwise;\n", "", StringComparison.Ordinal);
            var types = text.IndexOf("/// <summary>", StringComparison.Ordinal) is >= 0 and var first ? first : text.Length;
            File.WriteAllText(Path.Combine(folder.FullName, $"{Class(name)}.cs"),
                $"using Batchwise;\nstatic class {Class(name)}\n{{\n    public static void Run()\n    {{\n{text[..types]}\n    }}\n}}\n{text[types..]}\n");
        }
        await Execute(Dotnet.Command!, "build", "--configuration", "Release", "--output", Path.Combine(folder.FullName, "out"));
    }

    public ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs a program and gives what it printed.</summary>
    public Task<string> Run(string name) =>
        Execute(Dotnet.CommandOrSkip(), Path.Combine(folder.FullName, "out", "lessons.dll"), name);

    private static string[] NamesIn(string samples) =>
        [.. Directory.GetFiles(Repository.PathTo($"samples/{samples}"), "*.cs").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    private static string Class(string name) => "Lesson" + new string([.. name.Where(char.IsAsciiLetterOrDigit)]);

    private async Task<string> Execute(string program, params string[] arguments)
    {
        var (exitCode, output) = await Dotnet.Run(program, arguments, folder.FullName, new Dictionary<string, string>(), Limit);
        Assert.True(exitCode == 0, $"{string.Join(' ', arguments)} ended with {exitCode}:{Environment.NewLine}{output}");
        return output;
    }
}
