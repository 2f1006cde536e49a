namespace Batchwise.Kernels;

/// <summary>Which sides of a Winograd tile have at most half its outputs.</summary>
[Flags]
internal enum TileKind
{
    /// <summary>None.</summary>
    Full = 0,

    /// <summary>It has at most half the rows.</summary>
    HalfRows = 1,

    /// <summary>It has at most half the columns.</summary>
    HalfColumns = 2,
}
