using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>F(4 x 4, 3 x 3): 36 products in place of 144.</summary>
/// <remarks>
/// Its points are 0, +-0.625, +-1.5 and infinity, whose matrices hold numbers between 0.1 and 3.4 (those of +-1 and +-2: between 1/24
/// and 8). The error of a result of n float32 terms, to that in float64, is at most 6e-7 (1 + sqrt(n) / 8) of the norm: 7e-7 at 64
/// channels. A side of at most two outputs takes F(2, 3) at 0, +-0.625 and infinity instead: its frequencies of the weight are multiples
/// of these, and the multiples are put into the input's.
/// </remarks>
internal readonly unsafe struct WinogradFour : IWinogradTile
{
    private const float A = 0.625f;
    private const float B = 1.5f;
    private const float AA = A * A;
    private const float BB = B * B;
    private const float Scale0 = 1 / (AA * BB);
    private const float ScaleA = 1 / (2 * AA * (AA - BB));
    private const float ScaleB = 1 / (2 * BB * (BB - AA));

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
            Sandwich<InputMatrix, InputMatrix, TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);
        else if (kind == TileKind.HalfColumns)
            Sandwich<InputMatrix, HalfInputMatrix, TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);
        else if (kind == TileKind.HalfRows)
            Sandwich<HalfInputMatrix, InputMatrix, TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);
        else
            Sandwich<HalfInputMatrix, HalfInputMatrix, TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<TOperations, TVector>(
        TileKind kind, float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn, float* half)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct
    {
        if (kind == TileKind.Full)
            Sandwich<OutputMatrix, OutputMatrix, TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);
        else if (kind == TileKind.HalfColumns)
            Sandwich<OutputMatrix, HalfOutputMatrix, TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);
        else if (kind == TileKind.HalfRows)
            Sandwich<HalfOutputMatrix, OutputMatrix, TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);
        else
            Sandwich<HalfOutputMatrix, HalfOutputMatrix, TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Weight<TOperations, TVector>(float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn, float* half)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct =>
        Sandwich<WeightMatrix, WeightMatrix, TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputGradient<TOperations, TVector>(
        TileKind kind, float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn, float* half)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct
    {
        if (kind == TileKind.Full)
            Sandwich<OutputGradientMatrix, OutputGradientMatrix, TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);
        else if (kind == TileKind.HalfColumns)
            Sandwich<OutputGradientMatrix, HalfOutputGradientMatrix, TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);
        else if (kind == TileKind.HalfRows)
            Sandwich<HalfOutputGradientMatrix, OutputGradientMatrix, TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);
        else
            Sandwich<HalfOutputGradientMatrix, HalfOutputGradientMatrix, TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WeightGradient<TOperations, TVector>(float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn, float* half)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct =>
        Sandwich<WeightGradientMatrix, WeightGradientMatrix, TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);

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

    /// <summary>G.</summary>
    private readonly struct WeightMatrix : IWinogradMatrix
    {
        public static int Inputs => 3;

        public static int LastInput => 2;

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
            var evenA = TOperations.Multiply(TOperations.Broadcast(ScaleA), TOperations.MultiplyAdd(TOperations.Broadcast(AA), x2, x0));
            var evenB = TOperations.Multiply(TOperations.Broadcast(ScaleB), TOperations.MultiplyAdd(TOperations.Broadcast(BB), x2, x0));
            TOperations.Store(TOperations.Multiply(TOperations.Broadcast(Scale0), x0), target);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(A * ScaleA), x1, evenA), target + targetStep);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(-A * ScaleA), x1, evenA), target + 2 * targetStep);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(B * ScaleB), x1, evenB), target + 3 * targetStep);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(-B * ScaleB), x1, evenB), target + 4 * targetStep);
            TOperations.Store(x2, target + 5 * targetStep);
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

    /// <summary>G'.</summary>
    private readonly struct WeightGradientMatrix : IWinogradMatrix
    {
        public static int Inputs => 6;

        public static int LastInput => 5;

        public static int Outputs => 3;

        public static int LastOutput => 2;

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
            var sumA = TOperations.Multiply(TOperations.Broadcast(ScaleA), TOperations.Add(x1, x2));
            var differenceA = TOperations.Subtract(x1, x2);
            var sumB = TOperations.Multiply(TOperations.Broadcast(ScaleB), TOperations.Add(x3, x4));
            var differenceB = TOperations.Subtract(x3, x4);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(Scale0), x0, TOperations.Add(sumA, sumB)), target);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(B * ScaleB), differenceB, TOperations.Multiply(TOperations.Broadcast(A * ScaleA), differenceA)), target + targetStep);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(BB), sumB, TOperations.MultiplyAdd(TOperations.Broadcast(AA), sumA, x5)), target + 2 * targetStep);
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
