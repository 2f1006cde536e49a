namespace Batchwise.Kernels;

/// <summary>
/// A range cut into consecutive pieces as equal as whole units allow: the last unit may be cut short by the range's end.
/// </summary>
internal readonly struct Pieces
{
    private readonly int length;
    private readonly int unit;
    private readonly int units;

    /// <summary>At most <paramref name="wanted"/> pieces, at least one, of whole units.</summary>
    /// <param name="length">The range.</param>
    /// <param name="unit">Every piece but the last is a multiple of it.</param>
    /// <param name="wanted">How many pieces; fewer where the range has fewer units.</param>
    public Pieces(int length, int unit, int wanted)
    {
        this.length = length;
        this.unit = unit;
        units = (length + unit - 1) / unit;
        Count = Math.Clamp(wanted, 1, Math.Max(units, 1));
    }

    /// <summary>How many pieces.</summary>
    public int Count { get; }

    /// <summary>The length of the longest.</summary>
    public int Longest => Math.Min((units + Count - 1) / Count * unit, length);

    /// <summary>Where a piece starts; <see cref="Count"/> gives the range's end.</summary>
    public int Start(int piece) => (int)Math.Min((long)units * piece / Count * unit, length);

    /// <summary>How long a piece is.</summary>
    public int Length(int piece) => Start(piece + 1) - Start(piece);
}
