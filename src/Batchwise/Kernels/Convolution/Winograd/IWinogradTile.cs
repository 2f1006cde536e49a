namespace Batchwise.Kernels;

/// <summary>
/// A Winograd convolution F(m x m, 3 x 3): m x m outputs from a square of m + 2 inputs by one product per element of the square,
/// a <em>frequency</em>, in place of nine per output (Lavin and Gray, arXiv:1509.09308). y = A' [(G g G') * (B' d B)] A.
/// </summary>
/// <remarks>
/// Each transform takes and gives squares of vectors, as <see cref="Sandwich{TRows, TColumns, TOperations, TVector}"/> does. A tile at
/// the lower or right edge of which fewer outputs are wanted does with fewer frequencies, of the same weight: without the one at
/// infinity, which makes the last output alone, or, halved, with those of F(2, 3).
/// </remarks>
internal unsafe interface IWinogradTile
{
    /// <summary>m: outputs on a side.</summary>
    static abstract int Size { get; }

    /// <summary>m + 2: inputs on a side; its square is the number of frequencies.</summary>
    static abstract int Edge { get; }

    /// <summary>Whether a side of so many outputs takes the transforms of a half.</summary>
    static abstract bool IsHalf(int outputs);

    /// <summary>Whether a side of so many outputs takes a frequency, 0 to <see cref="Edge"/> - 1.</summary>
    static abstract bool Needs(int frequency, int outputs);

    /// <summary>B' d B: inputs to frequencies.</summary>
    static abstract void Input<TOperations, TVector>(
        TileKind kind, float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn, float* half)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct;

    /// <summary>A' M A: frequencies to outputs.</summary>
    static abstract void Output<TOperations, TVector>(
        TileKind kind, float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn, float* half)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct;

    /// <summary>G g G': weights to frequencies.</summary>
    static abstract void Weight<TOperations, TVector>(float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn, float* half)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct;

    /// <summary>A dY A': the outputs' gradient to frequencies, the adjoint of <see cref="Output"/>.</summary>
    static abstract void OutputGradient<TOperations, TVector>(
        TileKind kind, float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn, float* half)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct;

    /// <summary>G' dU G: frequencies to the weight's gradient, the adjoint of <see cref="Weight"/>.</summary>
    static abstract void WeightGradient<TOperations, TVector>(float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn, float* half)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct;
}
