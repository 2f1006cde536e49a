namespace Batchwise.Kernels;

/// <summary>The height of a tile: a constant to the JIT, which drops the code of the rows that a tile has not.</summary>
internal interface ITileRows
{
    /// <summary>1 to 12.</summary>
    static abstract int Count { get; }
}

/// <summary>The width of a tile: a constant to the JIT.</summary>
internal interface ITileColumns
{
    /// <summary>1 or 2 vectors.</summary>
    static abstract int Vectors { get; }

    /// <summary>Whether the last vector is partial, at the right edge of a matrix.</summary>
    static abstract bool IsPartial { get; }
}

internal readonly struct OneRow : ITileRows
{
    public static int Count => 1;
}

internal readonly struct TwoRows : ITileRows
{
    public static int Count => 2;
}

internal readonly struct ThreeRows : ITileRows
{
    public static int Count => 3;
}

internal readonly struct FourRows : ITileRows
{
    public static int Count => 4;
}

internal readonly struct FiveRows : ITileRows
{
    public static int Count => 5;
}

/// <summary>What sixteen registers hold: 6 x 2 accumulators, two vectors of B, one of A.</summary>
internal readonly struct SixRows : ITileRows
{
    public static int Count => 6;
}

internal readonly struct SevenRows : ITileRows
{
    public static int Count => 7;
}

internal readonly struct EightRows : ITileRows
{
    public static int Count => 8;
}

/// <summary>What 32 registers hold: 12 x 2 accumulators, two vectors of B, one of A.</summary>
internal readonly struct TwelveRows : ITileRows
{
    public static int Count => 12;
}

internal readonly struct OneVector : ITileColumns
{
    public static int Vectors => 1;

    public static bool IsPartial => false;
}

internal readonly struct OnePartialVector : ITileColumns
{
    public static int Vectors => 1;

    public static bool IsPartial => true;
}

internal readonly struct TwoVectors : ITileColumns
{
    public static int Vectors => 2;

    public static bool IsPartial => false;
}

internal readonly struct TwoVectorsLastPartial : ITileColumns
{
    public static int Vectors => 2;

    public static bool IsPartial => true;
}
