using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>Up to eight taps of a vector of outputs: their gradients are in registers while the places pass by, in their order.</summary>
internal static unsafe class DepthwiseTaps<TOperations, TVector>
    where TOperations : struct, IVectorOperations<TVector>
    where TVector : struct
{
    /// <summary>The most taps at a time.</summary>
    public const int Count = 8;

    /// <summary>gradient[tap] += the sum over places of the source at the tap times dy.</summary>
    /// <param name="source">The first place's vector of outputs.</param>
    /// <param name="row">Floats of the source from one row to the next.</param>
    /// <param name="column">Floats of the source from one place to the next.</param>
    /// <param name="offsets">Where the taps lie from a place.</param>
    /// <param name="taps">1 to <see cref="Count"/>.</param>
    /// <param name="dy">The first place of the gradient by y.</param>
    /// <param name="stride">Floats from one place of it to the next; the rows follow one another.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="places">Places of a row.</param>
    /// <param name="gradient">The first tap's.</param>
    /// <param name="gradientRow">Floats from one tap's gradient to the next.</param>
    /// <param name="left">Outputs that the vector has, if less than its width.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(
        float* source, nint row, nint column, int* offsets, int taps, float* dy, nint stride, int rows, int places, float* gradient, nint gradientRow, int left)
    {
        // Where there are fewer taps the last is computed again, and not kept.
        var last = taps - 1;
        nint o0 = offsets[0], o1 = offsets[Math.Min(1, last)], o2 = offsets[Math.Min(2, last)], o3 = offsets[Math.Min(3, last)];
        nint o4 = offsets[Math.Min(4, last)], o5 = offsets[Math.Min(5, last)], o6 = offsets[Math.Min(6, last)], o7 = offsets[last];
        TVector s0, s1, s2, s3, s4, s5, s6, s7;
        s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = TOperations.Zero;
        for (; rows > 0; rows--, source += row)
        {
            var at = source;
            for (var place = places; place > 0; place--, at += column, dy += stride)
            {
                var d = ColumnBlock.Load<TOperations, TVector>(dy, left);
                s0 = TOperations.MultiplyAdd(TOperations.Load(at + o0), d, s0);
                s1 = TOperations.MultiplyAdd(TOperations.Load(at + o1), d, s1);
                s2 = TOperations.MultiplyAdd(TOperations.Load(at + o2), d, s2);
                s3 = TOperations.MultiplyAdd(TOperations.Load(at + o3), d, s3);
                s4 = TOperations.MultiplyAdd(TOperations.Load(at + o4), d, s4);
                s5 = TOperations.MultiplyAdd(TOperations.Load(at + o5), d, s5);
                s6 = TOperations.MultiplyAdd(TOperations.Load(at + o6), d, s6);
                s7 = TOperations.MultiplyAdd(TOperations.Load(at + o7), d, s7);
            }
        }
        Add(s0, gradient, left);
        if (taps > 1) Add(s1, gradient + gradientRow, left);
        if (taps > 2) Add(s2, gradient + 2 * gradientRow, left);
        if (taps > 3) Add(s3, gradient + 3 * gradientRow, left);
        if (taps > 4) Add(s4, gradient + 4 * gradientRow, left);
        if (taps > 5) Add(s5, gradient + 5 * gradientRow, left);
        if (taps > 6) Add(s6, gradient + 6 * gradientRow, left);
        if (taps > 7) Add(s7, gradient + 7 * gradientRow, left);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(TVector sum, float* gradient, int left) =>
        ColumnBlock.Store<TOperations, TVector>(TOperations.Add(ColumnBlock.Load<TOperations, TVector>(gradient, left), sum), gradient, left);
}
