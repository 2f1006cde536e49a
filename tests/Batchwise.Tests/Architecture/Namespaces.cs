using System.Text.RegularExpressions;

namespace Batchwise.Tests.Architecture;

/// <summary>A user writes one using directive; only the kernels, which no user needs, have a namespace of their own.</summary>
internal static partial class Namespaces
{
    public static IEnumerable<string> Violations(IEnumerable<SourceFile> core) =>
        from file in core
        let wanted = file.Floor == "Kernels" ? "Batchwise.Kernels" : "Batchwise"
        let found = Namespace().Match(file.Code) is { Success: true } match ? match.Groups[1].Value : wanted
        where found != wanted
        select $"{file} declares the namespace {found}, not {wanted}.";

    [GeneratedRegex(@"^\s*namespace\s+([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
