using System.Collections.Immutable;
using static System.FormattableString;

namespace Batchwise;

/// <summary>What folding did to a network: what became of each normalization, and how far the outputs moved.</summary>
/// <param name="Normalizations">Every normalization and every map of channels that the network had, in its order.</param>
/// <param name="Removed">The names of all layers that the folded network no longer has.</param>
public sealed record FoldingReport(ImmutableArray<FoldedNormalization> Normalizations, ImmutableArray<string> Removed)
{
    /// <summary>
    /// How far the folded network's outputs are from those of the network before; null where it was not measured.
    /// </summary>
    public FoldingDifference? Difference { get; init; }

    /// <summary>A line per normalization, then the layers that went, then the difference.</summary>
    public override string ToString()
    {
        var rows = new List<string[]> { new[] { "normalization", "folded into", "how, or why it stays" } };
        foreach (var one in Normalizations)
            rows.Add([one.Layer, one.IsFolded ? string.Join(", ", one.Into) : "-", one.Rule ?? one.Reason!]);
        return (Normalizations.IsEmpty ? "There was no normalization to fold.\n" : NetworkPrinter.Table(rows))
            + Invariant($"{Normalizations.Count(one => one.IsFolded)} of {Normalizations.Length} folded; layers removed: {(Removed.IsEmpty ? "none" : string.Join(", ", Removed))}.")
            + (Difference is null ? "" : $"\n{Difference}");
    }
}

/// <summary>What became of one normalization.</summary>
/// <param name="Layer">Its name.</param>
/// <param name="Into">
/// The layers whose values hold it now; none where it stays, as an affine map or linear layer of its name.
/// </param>
/// <param name="Rule">By which rule it was folded; null where it stays.</param>
/// <param name="Reason">Why it stays; null where it was folded.</param>
public sealed record FoldedNormalization(string Layer, ImmutableArray<string> Into, string? Rule, string? Reason)
{
    /// <summary>Whether it became part of other layers.</summary>
    public bool IsFolded => Rule is not null;
}

/// <summary>How far a folded network's outputs are from those of the network before.</summary>
/// <param name="Largest">The largest difference of one output; a classifier's are logits.</param>
/// <param name="LargestOutput">The largest output, without its sign, of the network before.</param>
/// <param name="Samples">How many inputs were compared.</param>
/// <param name="Generated">Whether the inputs were random numbers instead of examples.</param>
public sealed record FoldingDifference(double Largest, double LargestOutput, int Samples, bool Generated)
{
    /// <summary>The difference in a sentence.</summary>
    public override string ToString() =>
        Invariant($"Outputs differ by at most {Largest:0.0e+0} over {Samples:N0} {(Generated ? "random inputs" : "examples")}; the largest is {LargestOutput:0.00}.");
}
