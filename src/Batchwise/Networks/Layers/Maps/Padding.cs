using System.Globalization;

namespace Batchwise;

/// <summary>Rows and columns of zeros (for a pool: of nothing) around a map.</summary>
/// <param name="Top">Rows above.</param>
/// <param name="Bottom">Rows below.</param>
/// <param name="Left">Columns on the left.</param>
/// <param name="Right">Columns on the right.</param>
public readonly record struct Padding(int Top, int Bottom, int Left, int Right)
{
    private const string SameText = "same";

    /// <summary>None.</summary>
    public static Padding None => default;

    /// <summary>
    /// As much as makes the output ceil(input / stride) in each direction, half of it above and on the left, the rest, one more where
    /// it is odd, below and on the right (TensorFlow's <c>SAME</c>).
    /// </summary>
    public static Padding Same => new() { IsSame = true };

    /// <summary>Whether it follows from the input's size: <see cref="Same"/>.</summary>
    public bool IsSame { get; private init; }

    /// <summary>The same on every side.</summary>
    /// <param name="size">Rows and columns.</param>
    public static Padding All(int size) => new(size, size, size, size);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text"><c>same</c>, or top, bottom, left and right as <c>1,1,1,1</c>.</param>
    /// <exception cref="FormatException">It is neither.</exception>
    public static Padding Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == SameText)
            return Same;
        var sides = new int[4];
        var parts = text.Split(',');
        for (var i = 0; i < sides.Length; i++)
        {
            if (parts.Length != sides.Length || !int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out sides[i]))
                throw new FormatException($"'{text}' is no padding: expected same, or TOP,BOTTOM,LEFT,RIGHT.");
        }
        return new(sides[0], sides[1], sides[2], sides[3]);
    }

    /// <summary><c>same</c>, or the four sides as <c>1,1,1,1</c>.</summary>
    public override string ToString() =>
        IsSame ? SameText : string.Create(CultureInfo.InvariantCulture, $"{Top},{Bottom},{Left},{Right}");
}
