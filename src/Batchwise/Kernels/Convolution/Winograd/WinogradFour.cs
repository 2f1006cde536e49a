using System.Runtime.CompilerServices;
using static Batchwise.Kernels.WinogradFourPoints;

namespace Batchwise.Kernels;

/// <summary>F(4 x 4, 3 x 3): 36 products in place of 144.</summary>
/// <remarks>
/// Its points are 0, +-0.625, +-1.5 and infinity, whose matrices hold numbers between 0.1 and 3.4 (those of +-1 and +-2: between 1/24
/// and 8). The error of results of n float32 terms each, in root mean square, is at most 6e-7 (1 + sqrt(n) / 8) of what sums of such
/// terms with random signs come to (of 1,500 random shapes one, with 28 values in all, came to 1.03
/// times the bound). A side of at most two outputs takes F(2, 3) at 0, +-0.625 and infinity instead: its frequencies of the weight are
/// multiples of these, and the multiples are put into the input's.
/// </remarks>
internal readonly unsafe struct WinogradFour : IWinogradTile
{
    public static int Size => 4;

    public static int Edge => 6;

    public static bool IsHalf(int outputs) => outputs <= 2;

    public static bool Needs(int frequency, int outputs) => outputs switch
    {
        1 => frequency < 3,
        2 => frequency is < 3 or 5,
        3 => frequency < 5,
        _ => true,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TOperations, TVector>(
        TileKind kind, float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn, float* half)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct
    {
        if (kind == TileKind.Full)
        {
            WinogradFourInput<TOperations, TVector>.Upper(source, sourceRow, sourceColumn, target, targetRow, targetColumn);
            WinogradFourInput<TOperations, TVector>.Lower(source, sourceRow, sourceColumn, target, targetRow, targetColumn);
        }
        else
        {
            HalvedSandwich<InputMatrix, HalfInputMatrix, TOperations, TVector>.Run(kind, source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<TOperations, TVector>(
        TileKind kind, float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn, float* half)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct
    {
        if (kind == TileKind.Full)
        {
            WinogradFourOutput<TOperations, TVector>.Even(source, sourceRow, sourceColumn, target, targetRow, targetColumn);
            WinogradFourOutput<TOperations, TVector>.Odd(source, sourceRow, sourceColumn, target, targetRow, targetColumn);
        }
        else
        {
            HalvedSandwich<OutputMatrix, HalfOutputMatrix, TOperations, TVector>.Run(kind, source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Weight<TOperations, TVector>(float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn, float* half)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct =>
        WinogradFourWeight<TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputGradient<TOperations, TVector>(
        TileKind kind, float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn, float* half)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct
    {
        if (kind == TileKind.Full)
        {
            WinogradFourGradient<TOperations, TVector>.Upper(source, sourceRow, sourceColumn, target, targetRow, targetColumn);
            WinogradFourGradient<TOperations, TVector>.Lower(source, sourceRow, sourceColumn, target, targetRow, targetColumn);
        }
        else
        {
            HalvedSandwich<OutputGradientMatrix, HalfOutputGradientMatrix, TOperations, TVector>.Run(kind, source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WeightGradient<TOperations, TVector>(float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn, float* half)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct =>
        WinogradFourWeightGradient<TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn);

    /// <summary>B'.</summary>
    private readonly struct InputMatrix : IWinogradMatrix
    {
        public static int Inputs => 6;

        public static int LastInput => 5;

        public static int Outputs => 6;

        public static int LastOutput => 5;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply<TOperations, TVector>(float* source, nint sourceStep, float* target, nint targetStep)
            where TOperations : struct, IVectorOperations<TVector>
            where TVector : struct
        {
            var x0 = TOperations.Load(source);
            var x1 = TOperations.Load(source + sourceStep);
            var x2 = TOperations.Load(source + 2 * sourceStep);
            var x3 = TOperations.Load(source + 3 * sourceStep);
            var x4 = TOperations.Load(source + 4 * sourceStep);
            var x5 = TOperations.Load(source + 5 * sourceStep);
            var evenA = TOperations.MultiplyAdd(TOperations.Broadcast(-BB), x2, x4);
            var oddA = TOperations.MultiplyAdd(TOperations.Broadcast(-BB), x1, x3);
            var evenB = TOperations.MultiplyAdd(TOperations.Broadcast(-AA), x2, x4);
            var oddB = TOperations.MultiplyAdd(TOperations.Broadcast(-AA), x1, x3);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(AA * BB), x0, TOperations.MultiplyAdd(TOperations.Broadcast(-AA - BB), x2, x4)), target);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(A), oddA, evenA), target + targetStep);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(-A), oddA, evenA), target + 2 * targetStep);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(B), oddB, evenB), target + 3 * targetStep);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(-B), oddB, evenB), target + 4 * targetStep);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(AA * BB), x1, TOperations.MultiplyAdd(TOperations.Broadcast(-AA - BB), x3, x5)), target + 5 * targetStep);
        }
    }

    /// <summary>A'.</summary>
    private readonly struct OutputMatrix : IWinogradMatrix
    {
        public static int Inputs => 6;

        public static int LastInput => 5;

        public static int Outputs => 4;

        public static int LastOutput => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply<TOperations, TVector>(float* source, nint sourceStep, float* target, nint targetStep)
            where TOperations : struct, IVectorOperations<TVector>
            where TVector : struct
        {
            var x0 = TOperations.Load(source);
            var x1 = TOperations.Load(source + sourceStep);
            var x2 = TOperations.Load(source + 2 * sourceStep);
            var x3 = TOperations.Load(source + 3 * sourceStep);
            var x4 = TOperations.Load(source + 4 * sourceStep);
            var x5 = TOperations.Load(source + 5 * sourceStep);
            var sumA = TOperations.Add(x1, x2);
            var differenceA = TOperations.Subtract(x1, x2);
            var sumB = TOperations.Add(x3, x4);
            var differenceB = TOperations.Subtract(x3, x4);
            TOperations.Store(TOperations.Add(x0, TOperations.Add(sumA, sumB)), target);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(B), differenceB, TOperations.Multiply(TOperations.Broadcast(A), differenceA)), target + targetStep);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(BB), sumB, TOperations.Multiply(TOperations.Broadcast(AA), sumA)), target + 2 * targetStep);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(B * BB), differenceB, TOperations.MultiplyAdd(TOperations.Broadcast(A * AA), differenceA, x5)), target + 3 * targetStep);
        }
    }

    /// <summary>A.</summary>
    private readonly struct OutputGradientMatrix : IWinogradMatrix
    {
        public static int Inputs => 4;

        public static int LastInput => 3;

        public static int Outputs => 6;

        public static int LastOutput => 5;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply<TOperations, TVector>(float* source, nint sourceStep, float* target, nint targetStep)
            where TOperations : struct, IVectorOperations<TVector>
            where TVector : struct
        {
            var x0 = TOperations.Load(source);
            var x1 = TOperations.Load(source + sourceStep);
            var x2 = TOperations.Load(source + 2 * sourceStep);
            var x3 = TOperations.Load(source + 3 * sourceStep);
            var evenA = TOperations.MultiplyAdd(TOperations.Broadcast(AA), x2, x0);
            var oddA = TOperations.MultiplyAdd(TOperations.Broadcast(AA), x3, x1);
            var evenB = TOperations.MultiplyAdd(TOperations.Broadcast(BB), x2, x0);
            var oddB = TOperations.MultiplyAdd(TOperations.Broadcast(BB), x3, x1);
            TOperations.Store(x0, target);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(A), oddA, evenA), target + targetStep);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(-A), oddA, evenA), target + 2 * targetStep);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(B), oddB, evenB), target + 3 * targetStep);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(-B), oddB, evenB), target + 4 * targetStep);
            TOperations.Store(x3, target + 5 * targetStep);
        }
    }

    /// <summary>B' of F(2, 3) at 0, +-A and infinity, scaled to take the weight's frequencies as they are.</summary>
    private readonly struct HalfInputMatrix : IWinogradMatrix
    {
        public static int Inputs => 4;

        public static int LastInput => 3;

        public static int Outputs => 4;

        public static int LastOutput => 5;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply<TOperations, TVector>(float* source, nint sourceStep, float* target, nint targetStep)
            where TOperations : struct, IVectorOperations<TVector>
            where TVector : struct
        {
            var x0 = TOperations.Load(source);
            var x1 = TOperations.Load(source + sourceStep);
            var x2 = TOperations.Load(source + 2 * sourceStep);
            var x3 = TOperations.Load(source + 3 * sourceStep);
            var even = TOperations.Multiply(TOperations.Broadcast(AA - BB), x2);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(AA * BB), x0, TOperations.Multiply(TOperations.Broadcast(-BB), x2)), target);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(A * (AA - BB)), x1, even), target + targetStep);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(-A * (AA - BB)), x1, even), target + 2 * targetStep);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(-AA), x1, x3), target + 5 * targetStep);
        }
    }

    /// <summary>A' of F(2, 3).</summary>
    private readonly struct HalfOutputMatrix : IWinogradMatrix
    {
        public static int Inputs => 4;

        public static int LastInput => 5;

        public static int Outputs => 2;

        public static int LastOutput => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply<TOperations, TVector>(float* source, nint sourceStep, float* target, nint targetStep)
            where TOperations : struct, IVectorOperations<TVector>
            where TVector : struct
        {
            var x0 = TOperations.Load(source);
            var x1 = TOperations.Load(source + sourceStep);
            var x2 = TOperations.Load(source + 2 * sourceStep);
            var x5 = TOperations.Load(source + 5 * sourceStep);
            TOperations.Store(TOperations.Add(x0, TOperations.Add(x1, x2)), target);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(A), TOperations.Subtract(x1, x2), x5), target + targetStep);
        }
    }

    /// <summary>A of F(2, 3).</summary>
    private readonly struct HalfOutputGradientMatrix : IWinogradMatrix
    {
        public static int Inputs => 2;

        public static int LastInput => 1;

        public static int Outputs => 4;

        public static int LastOutput => 5;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply<TOperations, TVector>(float* source, nint sourceStep, float* target, nint targetStep)
            where TOperations : struct, IVectorOperations<TVector>
            where TVector : struct
        {
            var x0 = TOperations.Load(source);
            var x1 = TOperations.Load(source + sourceStep);
            TOperations.Store(x0, target);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(A), x1, x0), target + targetStep);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(-A), x1, x0), target + 2 * targetStep);
            TOperations.Store(x1, target + 5 * targetStep);
        }
    }
}
