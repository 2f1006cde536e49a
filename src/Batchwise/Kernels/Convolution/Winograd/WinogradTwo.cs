using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>F(2 x 2, 3 x 3), with the points 0, +-1 and infinity: 16 products in place of 36.</summary>
/// <remarks>
/// The error of results of n float32 terms each, in root mean square, is at most 2.5e-7 (1 + sqrt(n) / 8) of what sums of such terms with
/// random signs come to.
/// </remarks>
internal readonly unsafe struct WinogradTwo : IWinogradTile
{
    public static int Size => 2;

    public static int Edge => 4;

    public static bool IsHalf(int outputs) => false;

    public static bool Needs(int frequency, int outputs) => outputs > 1 || frequency < 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TOperations, TVector>(
        TileKind kind, float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn, float* half)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct =>
        Sandwich<InputMatrix, InputMatrix, TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<TOperations, TVector>(
        TileKind kind, float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn, float* half)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct =>
        Sandwich<OutputMatrix, OutputMatrix, TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Weight<TOperations, TVector>(float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn, float* half)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct =>
        Sandwich<WeightMatrix, WeightMatrix, TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputGradient<TOperations, TVector>(
        TileKind kind, float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn, float* half)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct =>
        Sandwich<OutputGradientMatrix, OutputGradientMatrix, TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WeightGradient<TOperations, TVector>(float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn, float* half)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct =>
        Sandwich<WeightGradientMatrix, WeightGradientMatrix, TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);

    /// <summary>B'.</summary>
    private readonly struct InputMatrix : IWinogradMatrix
    {
        public static int Inputs => 4;

        public static int LastInput => 3;

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
            TOperations.Store(TOperations.Subtract(x0, x2), target);
            TOperations.Store(TOperations.Add(x1, x2), target + targetStep);
            TOperations.Store(TOperations.Subtract(x2, x1), target + 2 * targetStep);
            TOperations.Store(TOperations.Subtract(x1, x3), target + 3 * targetStep);
        }
    }

    /// <summary>A'.</summary>
    private readonly struct OutputMatrix : IWinogradMatrix
    {
        public static int Inputs => 4;

        public static int LastInput => 3;

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
            var x3 = TOperations.Load(source + 3 * sourceStep);
            TOperations.Store(TOperations.Add(x0, TOperations.Add(x1, x2)), target);
            TOperations.Store(TOperations.Subtract(TOperations.Subtract(x1, x2), x3), target + targetStep);
        }
    }

    /// <summary>G.</summary>
    private readonly struct WeightMatrix : IWinogradMatrix
    {
        public static int Inputs => 3;

        public static int LastInput => 2;

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
            var half = TOperations.Multiply(TOperations.Broadcast(0.5f), TOperations.Add(x0, x2));
            TOperations.Store(x0, target);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(0.5f), x1, half), target + targetStep);
            TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(-0.5f), x1, half), target + 2 * targetStep);
            TOperations.Store(x2, target + 3 * targetStep);
        }
    }

    /// <summary>A.</summary>
    private readonly struct OutputGradientMatrix : IWinogradMatrix
    {
        public static int Inputs => 2;

        public static int LastInput => 1;

        public static int Outputs => 4;

        public static int LastOutput => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply<TOperations, TVector>(float* source, nint sourceStep, float* target, nint targetStep)
            where TOperations : struct, IVectorOperations<TVector>
            where TVector : struct
        {
            var x0 = TOperations.Load(source);
            var x1 = TOperations.Load(source + sourceStep);
            TOperations.Store(x0, target);
            TOperations.Store(TOperations.Add(x0, x1), target + targetStep);
            TOperations.Store(TOperations.Subtract(x0, x1), target + 2 * targetStep);
            TOperations.Store(TOperations.Subtract(TOperations.Zero, x1), target + 3 * targetStep);
        }
    }

    /// <summary>G'.</summary>
    private readonly struct WeightGradientMatrix : IWinogradMatrix
    {
        public static int Inputs => 4;

        public static int LastInput => 3;

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
            var sum = TOperations.Multiply(TOperations.Broadcast(0.5f), TOperations.Add(x1, x2));
            TOperations.Store(TOperations.Add(x0, sum), target);
            TOperations.Store(TOperations.Multiply(TOperations.Broadcast(0.5f), TOperations.Subtract(x1, x2)), target + targetStep);
            TOperations.Store(TOperations.Add(sum, x3), target + 2 * targetStep);
        }
    }
}
