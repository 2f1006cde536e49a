using System.Collections.Immutable;
using System.Globalization;

namespace Batchwise;

/// <summary>
/// The extents of one sample, without the batch: <c>[784]</c> for a vector of features, <c>[28, 28, 1]</c> for an image
/// as height, width, channels (channels last).
/// </summary>
public readonly struct Shape : IEquatable<Shape>
{
    /// <summary>
    /// The most elements of any tensor: of a sample, of a parameter, and of a batch at one place of a network. With 2^30 of them the
    /// sum of two positions, or a position rounded up to whole blocks, still fits in 32 bits, on which kernels rely.
    /// </summary>
    public const int MaxSize = 1 << 30;

    private readonly ImmutableArray<int> dimensions;

    /// <summary>A shape of the given extents.</summary>
    /// <param name="dimensions">One to eight extents, each at least 1; their product at most <see cref="MaxSize"/>.</param>
    /// <exception cref="ArgumentException">An extent is below 1, there are none or more than eight, or the product is too large.</exception>
    public Shape(params ReadOnlySpan<int> dimensions)
    {
        if (dimensions.Length is 0 or > 8)
            throw new ArgumentException($"A shape has one to eight extents, not {dimensions.Length}.", nameof(dimensions));
        long size = 1;
        foreach (var extent in dimensions)
        {
            if (extent < 1)
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Extent {extent} in {Text(dimensions)} is below 1: every extent of a shape is positive."), nameof(dimensions));
            size *= extent;
            if (size > MaxSize)
                throw new ArgumentException($"Shape {Text(dimensions)} has more than {MaxSize} elements.", nameof(dimensions));
        }
        this.dimensions = [.. dimensions];
        Size = (int)size;
    }

    /// <summary>The number of extents.</summary>
    public int Rank => Dimensions.Length;

    /// <summary>The number of elements of one sample: the product of the extents.</summary>
    public int Size { get; }

    /// <summary>The extents, outermost first.</summary>
    public ImmutableArray<int> Dimensions => dimensions.IsDefault ? [] : dimensions;

    /// <summary>The innermost extent: the features of a vector, the channels of an image.</summary>
    public int Channels => Dimensions[^1];

    /// <summary>The number of places that hold all channels: 1 for a vector, height x width for an image.</summary>
    public int Positions => Size / Channels;

    /// <summary>One extent.</summary>
    /// <param name="axis">Counted from the outermost, 0.</param>
    public int this[int axis] => Dimensions[axis];

    /// <summary>Whether both have the same extents in the same order.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether an extent or their number differs.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Shape other) => Dimensions.AsSpan().SequenceEqual(other.Dimensions.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var extent in Dimensions)
            hash.Add(extent);
        return hash.ToHashCode();
    }

    /// <summary>The extents in brackets: <c>[28, 28, 1]</c>.</summary>
    public override string ToString() => Text(Dimensions.AsSpan());

    private static string Text(ReadOnlySpan<int> dimensions)
    {
        var parts = new string[dimensions.Length];
        for (var i = 0; i < parts.Length; i++)
            parts[i] = dimensions[i].ToString(CultureInfo.InvariantCulture);
        return $"[{string.Join(", ", parts)}]";
    }
}
