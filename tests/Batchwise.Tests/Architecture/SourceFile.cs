using System.Text.RegularExpressions;

namespace Batchwise.Tests.Architecture;

/// <summary>A hand-written source file, as the rules read it.</summary>
internal sealed partial class SourceFile
{
    /// <param name="path">From the root of the repository, with forward slashes.</param>
    /// <param name="text">The whole text.</param>
    public SourceFile(string path, string text)
    {
        Path = path;
        Lines = text.Length == 0 ? 0 : text.AsSpan().Count('\n') + (text.EndsWith('\n') ? 0 : 1);
        Code = CSharpText.CodeOf(text);
        Tokens = [.. Token().Matches(Code).Select(match => match.Value)];
    }

    public string Path { get; }

    public int Lines { get; }

    /// <summary>The text without comments and literals.</summary>
    public string Code { get; }

    public IReadOnlyList<string> Tokens { get; }

    /// <summary>The folder of the core that holds the file, empty for a file outside of them.</summary>
    public string Floor => Path.Split('/') is ["src", "Batchwise", var floor, _, ..] ? floor : "";

    /// <summary>The hand-written C# files under a folder of the repository, in the order of their paths.</summary>
    public static IReadOnlyList<SourceFile> Under(string folder) =>
    [
        .. Directory.EnumerateFiles(Repository.PathTo(folder), "*.cs", SearchOption.AllDirectories)
            .Select(path => System.IO.Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "artifacts"))
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(path, File.ReadAllText(Repository.PathTo(path)).ReplaceLineEndings("\n"))),
    ];

    public override string ToString() => Path;

    [GeneratedRegex(@"@?[\p{L}_]\w*|\d\w*(?:\.\d\w*)?|=>|==|!=|<=|>=|\.\.|::|\?\.|\S")]
    private static partial Regex Token();
}
