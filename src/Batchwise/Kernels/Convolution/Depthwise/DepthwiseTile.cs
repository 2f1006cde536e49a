using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>
/// Up to eight neighbouring places of a row, a vector of outputs: their sums are in registers while the taps pass by, in their order.
/// </summary>
internal static unsafe class DepthwiseTile<TOperations, TVector, TPlaces>
    where TOperations : struct, IVectorOperations<TVector>
    where TVector : struct
    where TPlaces : struct, ITileRows
{
    /// <summary>Computes as many whole tiles as there are places for, and gives how many places that are.</summary>
    /// <param name="source">The first place, its vector of outputs.</param>
    /// <param name="column">Floats of the source from one place to the next.</param>
    /// <param name="offsets">Where the taps lie from a place.</param>
    /// <param name="taps">How many.</param>
    /// <param name="weight">[taps, lanes]: the vector's weights.</param>
    /// <param name="lanes">Floats from one tap's weights to the next.</param>
    /// <param name="target">The first place of the target.</param>
    /// <param name="stride">Floats of the target from one place to the next.</param>
    /// <param name="left">Outputs that the vector has, if less than its width.</param>
    /// <param name="places">Places of the row.</param>
    /// <param name="accumulate">Whether the target is added to.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Run(float* source, nint column, int* offsets, int taps, float* weight, nint lanes, float* target, nint stride, int left, int places, bool accumulate)
    {
        var place = 0;
        for (; place + TPlaces.Count <= places; place += TPlaces.Count)
        {
            TVector s0, s1, s2, s3, s4, s5, s6, s7;
            s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = TOperations.Zero;
            var w = weight;
            for (var tap = 0; tap < taps; tap++, w += lanes)
            {
                var at = source + offsets[tap];
                var at3 = at + 3 * column;
                var at6 = at3 + 3 * column;
                var factor = TOperations.Load(w);
                s0 = TOperations.MultiplyAdd(TOperations.Load(at), factor, s0);
                if (TPlaces.Count > 1) s1 = TOperations.MultiplyAdd(TOperations.Load(at + column), factor, s1);
                if (TPlaces.Count > 2) s2 = TOperations.MultiplyAdd(TOperations.Load(at + 2 * column), factor, s2);
                if (TPlaces.Count > 3) s3 = TOperations.MultiplyAdd(TOperations.Load(at3), factor, s3);
                if (TPlaces.Count > 4) s4 = TOperations.MultiplyAdd(TOperations.Load(at3 + column), factor, s4);
                if (TPlaces.Count > 5) s5 = TOperations.MultiplyAdd(TOperations.Load(at3 + 2 * column), factor, s5);
                if (TPlaces.Count > 6) s6 = TOperations.MultiplyAdd(TOperations.Load(at6), factor, s6);
                if (TPlaces.Count > 7) s7 = TOperations.MultiplyAdd(TOperations.Load(at6 + column), factor, s7);
            }
            Store(s0, ref target, stride, left, accumulate);
            if (TPlaces.Count > 1) Store(s1, ref target, stride, left, accumulate);
            if (TPlaces.Count > 2) Store(s2, ref target, stride, left, accumulate);
            if (TPlaces.Count > 3) Store(s3, ref target, stride, left, accumulate);
            if (TPlaces.Count > 4) Store(s4, ref target, stride, left, accumulate);
            if (TPlaces.Count > 5) Store(s5, ref target, stride, left, accumulate);
            if (TPlaces.Count > 6) Store(s6, ref target, stride, left, accumulate);
            if (TPlaces.Count > 7) Store(s7, ref target, stride, left, accumulate);
            source += TPlaces.Count * column;
        }
        return place;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TVector sum, ref float* target, nint stride, int left, bool accumulate)
    {
        if (accumulate)
            sum = TOperations.Add(sum, ColumnBlock.Load<TOperations, TVector>(target, left));
        ColumnBlock.Store<TOperations, TVector>(sum, target, left);
        target += stride;
    }
}
