using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>
/// Mean and sum of squared deviations of a run of values, in float64 from float32 values: the corrected two-pass algorithm of
/// <see cref="Moments"/>, along a row instead of down a column.
/// </summary>
internal static unsafe class RunMoments
{
    /// <summary>Values whose sums are kept in float32: few enough for the first cache, and for 256 terms a lane of 4 floats.</summary>
    public const int InSingle = 4096;

    /// <summary>The moments of all values, at least one.</summary>
    public static (double Mean, double Squares) Of(ReadOnlySpan<float> x)
    {
        fixed (float* start = x)
        {
            return InstructionSet.Current switch
            {
                KernelKind.Vector512 => Run<Vector512Operations, Vector512<float>>(start, x.Length),
                KernelKind.Vector256 => Run<Vector256Operations, Vector256<float>>(start, x.Length),
                KernelKind.Vector128 => Run<Vector128Operations, Vector128<float>>(start, x.Length),
                _ => Moments.Exact(start, 1, x.Length),
            };
        }
    }

    private static (double Mean, double Squares) Run<TOperations, TVector>(float* x, int count)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var (mean, squares) = Chunk<TOperations, TVector>(x, Math.Min(count, InSingle));
        for (var done = InSingle; done < count; done += InSingle)
        {
            var length = Math.Min(count - done, InSingle);
            var (nextMean, nextSquares) = Chunk<TOperations, TVector>(x + done, length);
            (mean, squares) = Moments.Merge(done, mean, squares, length, nextMean, nextSquares);
        }
        return (mean, squares);
    }

    [SkipLocalsInit]
    private static (double Mean, double Squares) Chunk<TOperations, TVector>(float* x, int count)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        // Lanes behind the last value must count as nothing, not as 0 - shift.
        var width = TOperations.Width;
        var whole = count / width * width;
        var ones = stackalloc float[width];
        TOperations.Store(TOperations.Broadcast(1), ones);
        var live = TOperations.LoadPartial(ones, count - whole);

        var shift = TOperations.Broadcast(*x);
        var (s0, s1) = (TOperations.Zero, TOperations.Zero);
        var i = 0;
        for (; i + 2 * width <= count; i += 2 * width)
        {
            s0 = TOperations.Add(s0, TOperations.Subtract(TOperations.Load(x + i), shift));
            s1 = TOperations.Add(s1, TOperations.Subtract(TOperations.Load(x + i + width), shift));
        }
        if (i < whole)
            s0 = TOperations.Add(s0, TOperations.Subtract(TOperations.Load(x + i), shift));
        if (whole < count)
            s1 = TOperations.MultiplyAdd(TOperations.Subtract(TOperations.LoadPartial(x + whole, count - whole), shift), live, s1);
        var m = *x + TOperations.Sum(TOperations.Add(s0, s1)) / count;

        shift = TOperations.Broadcast(m);
        var (e0, e1, q0, q1) = (TOperations.Zero, TOperations.Zero, TOperations.Zero, TOperations.Zero);
        var (q2, q3) = (TOperations.Zero, TOperations.Zero);
        for (i = 0; i + 4 * width <= count; i += 4 * width)
        {
            var d0 = TOperations.Subtract(TOperations.Load(x + i), shift);
            var d1 = TOperations.Subtract(TOperations.Load(x + i + width), shift);
            var d2 = TOperations.Subtract(TOperations.Load(x + i + 2 * width), shift);
            var d3 = TOperations.Subtract(TOperations.Load(x + i + 3 * width), shift);
            e0 = TOperations.Add(e0, TOperations.Add(d0, d1));
            e1 = TOperations.Add(e1, TOperations.Add(d2, d3));
            q0 = TOperations.MultiplyAdd(d0, d0, q0);
            q1 = TOperations.MultiplyAdd(d1, d1, q1);
            q2 = TOperations.MultiplyAdd(d2, d2, q2);
            q3 = TOperations.MultiplyAdd(d3, d3, q3);
        }
        for (; i < count; i += width)
        {
            var d = TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(x + i, count - i), shift);
            if (i == whole)
                d = TOperations.Multiply(d, live);
            e0 = TOperations.Add(e0, d);
            q0 = TOperations.MultiplyAdd(d, d, q0);
        }
        double e = TOperations.Sum(TOperations.Add(e0, e1));
        double q = TOperations.Sum(TOperations.Add(TOperations.Add(q0, q1), TOperations.Add(q2, q3)));
        return double.IsFinite(q) ? (m + e / count, Math.Max(0, q - e * e / count)) : Moments.Exact(x, 1, count);
    }
}
