namespace Batchwise.Tests.Architecture;

/// <summary>The core keeps nothing between calls but in objects: no static field or property that can change.</summary>
internal static class StaticState
{
    private static readonly HashSet<string> Modifiers =
    [
        "public", "private", "protected", "internal", "static", "readonly", "volatile", "unsafe", "new", "required", "partial", "extern",
        "virtual", "abstract", "async", "ref",
    ];

    private static readonly HashSet<string> Changeable =
    [
        "List", "Dictionary", "HashSet", "SortedDictionary", "SortedSet", "Queue", "Stack", "PriorityQueue", "ConcurrentDictionary",
        "ConcurrentBag", "ConcurrentQueue", "ConcurrentStack", "ConditionalWeakTable", "ThreadLocal", "AsyncLocal",
    ];

    public static IEnumerable<string> Violations(IEnumerable<SourceFile> core)
    {
        foreach (var file in core)
        {
            var tokens = file.Tokens;
            for (var i = 0; i < tokens.Count; i++)
            {
                if (tokens[i] is "ThreadStatic" or "ThreadStaticAttribute")
                    yield return $"{file} has a [ThreadStatic] field: hand the state from caller to callee instead.";
                if (tokens[i] == "static" && (i == 0 || tokens[i - 1] != "using") && Changes(tokens, i, out var declaration))
                    yield return $"{file} has the changeable static '{declaration}': make it readonly and immutable, or a member of an object.";
            }
        }
    }

    // Reads one declaration from its modifiers to what ends its head; methods and lambdas have a parenthesis there.
    private static bool Changes(IReadOnlyList<string> tokens, int position, out string declaration)
    {
        var start = position;
        while (start > 0 && Modifiers.Contains(tokens[start - 1]))
            start--;
        var head = position;
        while (head < tokens.Count && Modifiers.Contains(tokens[head]))
            head++;
        var isReadonly = tokens.Skip(start).Take(head - start).Contains("readonly");
        var end = head;
        while (end < tokens.Count && tokens[end] is not (";" or "=" or "{" or "=>" or "}"))
        {
            // A parenthesis behind a name opens parameters; elsewhere it is a type: a tuple.
            if (tokens[end] != "(")
                end++;
            else if (end == head || tokens[end - 1] is "<" or ",")
                end = AfterParenthesis(tokens, end);
            else
                return Nothing(out declaration);
        }
        declaration = string.Join(' ', tokens.Skip(start).Take(end - start));
        if (end == tokens.Count)
            return false;
        if (tokens[head] is "class" or "record" or "struct" or "interface")
            return false;
        if (tokens[end] == "{")
            return HasAutomaticSetter(tokens, end);
        return tokens[end] is ";" or "=" && (!isReadonly || Changeable.Contains(tokens[head]));
    }

    private static bool Nothing(out string declaration)
    {
        declaration = "";
        return false;
    }

    private static int AfterParenthesis(IReadOnlyList<string> tokens, int open)
    {
        var depth = 0;
        for (var i = open; i < tokens.Count; i++)
        {
            depth += tokens[i] switch { "(" => 1, ")" => -1, _ => 0 };
            if (depth == 0)
                return i + 1;
        }
        return tokens.Count;
    }

    private static bool HasAutomaticSetter(IReadOnlyList<string> tokens, int open)
    {
        for (var i = open + 1; i + 1 < tokens.Count && tokens[i] is not ("}" or "{" or "=>"); i++)
            if (tokens[i] == "set" && tokens[i + 1] == ";")
                return true;
        return false;
    }
}
