using System.Text.RegularExpressions;

namespace Batchwise.Tests.Architecture;

/// <summary>
/// Which names a file declares and which it uses as types, judged by the tokens beside them. All floors share one
/// namespace, so no using directive tells; a compiler would know exactly, this needs none.
/// </summary>
internal static partial class Names
{
    private static readonly HashSet<string> Keywords =
    [
        "abstract", "and", "as", "async", "await", "base", "break", "case", "catch", "checked", "class", "const", "continue", "default",
        "delegate", "do", "else", "enum", "event", "explicit", "extern", "file", "finally", "fixed", "for", "foreach", "get", "goto", "if",
        "implicit", "in", "init", "interface", "internal", "is", "lock", "namespace", "new", "not", "operator", "or", "out", "override",
        "params", "partial", "private", "protected", "public", "readonly", "record", "ref", "required", "return", "scoped", "sealed", "set",
        "sizeof", "stackalloc", "static", "struct", "switch", "this", "throw", "try", "typeof", "unchecked", "unsafe", "using", "virtual",
        "volatile", "when", "where", "while", "with", "yield",
    ];

    /// <summary>The types at the file's top level, each with whether it is partial.</summary>
    public static IEnumerable<(string Name, bool Partial)> Types(SourceFile file) =>
        TypeDeclaration().Matches(file.Code).Concat(DelegateDeclaration().Matches(file.Code))
            .Select(match => (match.Groups["name"].Value, match.Value.Contains("partial ", StringComparison.Ordinal)));

    /// <summary>The members, parameters and locals that the file declares.</summary>
    public static HashSet<string> Members(SourceFile file) =>
        [.. Enumerable.Range(0, file.Tokens.Count).Where(i => IsMember(file.Tokens, i)).Select(i => file.Tokens[i])];

    /// <summary>The extension methods and properties that the file declares.</summary>
    public static HashSet<string> Extensions(SourceFile file)
    {
        HashSet<string> found = [.. ExtensionMethod().Matches(file.Code).Select(match => match.Groups["name"].Value)];
        for (var i = 0; i < file.Tokens.Count; i++)
            if (file.Tokens[i] == "extension" && Next(file.Tokens, i) is "(" or "<")
                found.UnionWith(MembersOfBlock(file.Tokens, i));
        return found;
    }

    /// <summary>Those of the given names that the file uses as types.</summary>
    public static HashSet<string> UsedTypes(SourceFile file, IReadOnlySet<string> names)
    {
        var tokens = file.Tokens;
        var members = Members(file);
        var ownTypes = Enumerable.Range(0, tokens.Count).Where(i => DeclaresType(tokens, i)).Select(i => tokens[i]).ToHashSet();
        HashSet<string> used = [];
        var enumUntil = -1;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i] == "enum")
                enumUntil = EndOfBlock(tokens, i);
            if (i > enumUntil && names.Contains(tokens[i]) && !ownTypes.Contains(tokens[i]) && IsType(tokens, i, members))
                used.Add(tokens[i]);
        }
        return used;
    }

    /// <summary>Those of the given names that the file uses after a dot, as members of something.</summary>
    public static HashSet<string> UsedMembers(SourceFile file, IReadOnlySet<string> names) =>
    [
        .. Enumerable.Range(0, file.Tokens.Count)
            .Where(i => names.Contains(file.Tokens[i]) && Previous(file.Tokens, i) is "." or "?.")
            .Select(i => file.Tokens[i]),
    ];

    private static bool IsType(IReadOnlyList<string> tokens, int i, HashSet<string> members)
    {
        var (previous, next) = (Previous(tokens, i), Next(tokens, i));
        if (previous is "." or "?." or "::")
            return previous == "." && i >= 2 && tokens[i - 2] is "Batchwise" or "Kernels";
        if (previous == "new" || IsIdentifier(next))
            return true;
        if (members.Contains(tokens[i]))
            return false;
        return next switch
        {
            "(" => previous is ":" or "is" or "case" or "or" or "and" or "not",
            "=" => false,
            ":" => previous is not ("(" or "," or "{"),
            _ => true,
        };
    }

    private static bool IsMember(IReadOnlyList<string> tokens, int i) =>
        IsIdentifier(tokens[i])
        && (IsIdentifier(Previous(tokens, i)) || Previous(tokens, i) is ">" or "]" or "?" or "*" or ")")
        && Next(tokens, i) is "{" or "=>" or "=" or ";" or "(" or "," or ")" or "<" or "in";

    private static bool DeclaresType(IReadOnlyList<string> tokens, int i) =>
        Previous(tokens, i) is "class" or "struct" or "interface" or "enum" or "record" && IsIdentifier(tokens[i]);

    private static IEnumerable<string> MembersOfBlock(IReadOnlyList<string> tokens, int start)
    {
        var end = EndOfBlock(tokens, start);
        var depth = 0;
        for (var i = start; i < end; i++)
        {
            depth += tokens[i] switch { "{" => 1, "}" => -1, _ => 0 };
            if (depth == 1 && IsMember(tokens, i) && Next(tokens, i) is "(" or "<" or "{" or "=>")
                yield return tokens[i];
        }
    }

    private static int EndOfBlock(IReadOnlyList<string> tokens, int start)
    {
        var depth = 0;
        for (var i = start; i < tokens.Count; i++)
        {
            depth += tokens[i] switch { "{" => 1, "}" => -1, _ => 0 };
            if (tokens[i] == "}" && depth == 0)
                return i;
        }
        return tokens.Count;
    }

    private static string Previous(IReadOnlyList<string> tokens, int i) => i > 0 ? tokens[i - 1] : "";

    private static string Next(IReadOnlyList<string> tokens, int i) => i + 1 < tokens.Count ? tokens[i + 1] : "";

    private static bool IsIdentifier(string token) =>
        token.Length > 0 && (char.IsLetter(token[0]) || token[0] is '_' or '@') && !Keywords.Contains(token);

    [GeneratedRegex(@"^(?:\[[^\n]*\]\s*)?(?:(?:public|internal|file|static|sealed|abstract|readonly|ref|partial|unsafe|new)\s+)*(?:class|struct|interface|enum|record(?:\s+class|\s+struct)?)\s+(?<name>@?\w+)", RegexOptions.Multiline)]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"^(?:(?:public|internal|file|unsafe)\s+)*delegate\s+[^;(]*?(?<name>\w+)\s*(?:<[^(]*>)?\s*\(", RegexOptions.Multiline)]
    private static partial Regex DelegateDeclaration();

    [GeneratedRegex(@"\bstatic\s[^;={}()]*?\b(?<name>\w+)\s*(?:<[^(]*>)?\s*\(\s*this\s")]
    private static partial Regex ExtensionMethod();
}
