using System.Collections.Immutable;
using static System.FormattableString;

namespace Batchwise;

/// <summary>What a state dictionary and a network had in common.</summary>
/// <param name="Matched">Tensors that were taken: the network's name and the file's.</param>
/// <param name="Missing">The file's names of tensors that the network needs and the file lacks.</param>
/// <param name="LeftOver">Tensors of the file that the network has no place for.</param>
/// <param name="OtherShapes">Tensors whose shapes differ, with both shapes.</param>
public sealed record StateDictionaryReport(
    ImmutableArray<(string Network, string File)> Matched, ImmutableArray<string> Missing, ImmutableArray<string> LeftOver, ImmutableArray<string> OtherShapes)
{
    private const int Shown = 3;

    /// <summary>Whether every tensor on both sides was matched.</summary>
    public bool IsComplete => Missing.IsEmpty && LeftOver.IsEmpty && OtherShapes.IsEmpty;

    /// <summary>How many tensors matched, and what did not.</summary>
    public override string ToString() => Invariant($"{Matched.Length} tensors matched; {(IsComplete ? "nothing is left over" : Differences())}");

    internal string Differences() => string.Join("; ", new[]
    {
        Part("missing", Missing),
        Part("left over", LeftOver),
        Part("of another shape", OtherShapes),
    }.Where(part => part.Length > 0)) + ".";

    private static string Part(string what, ImmutableArray<string> names) => names.IsEmpty ? ""
        : Invariant($"{names.Length} {what} ({string.Join(", ", names.Take(Shown).Select(name => name.Contains(": ", StringComparison.Ordinal) ? name : Quotation.Of(name)))}{(names.Length > Shown ? ", ..." : "")})");
}
