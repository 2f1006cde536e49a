using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>
/// Mean and sum of squared deviations of a run of values, in float64 from float32 values, in one pass over each chunk of it.
/// </summary>
/// <remarks>
/// Sums of x - s and of its square are taken in float32, with the mean of the first vector for s. Where s turns out to be so far from
/// the mean, in deviations, that the difference of the two sums has lost digits, a second pass takes them about the mean that the
/// first has found; where a square overflows, the chunk is summed in float64. Chunks merge in float64 in their order.
/// </remarks>
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

    private static (double Mean, double Squares) Chunk<TOperations, TVector>(float* x, int count)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var guess = count < TOperations.Width ? *x : TOperations.Sum(TOperations.Load(x)) / TOperations.Width;
        var (mean, squares, exact) = About<TOperations, TVector>(x, count, guess);
        if (!exact && double.IsFinite(mean))
            (mean, squares, exact) = About<TOperations, TVector>(x, count, (float)mean);
        return exact ? (mean, squares) : Moments.Exact(x, 1, count);
    }

    /// <summary>The moments by the sums of x - shift and of its square, and whether their difference has kept its digits.</summary>
    [SkipLocalsInit]
    private static (double Mean, double Squares, bool Exact) About<TOperations, TVector>(float* x, int count, float shift)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var width = TOperations.Width;
        var s = TOperations.Broadcast(shift);
        TVector e0, e1, q0, q1, q2, q3;
        e0 = e1 = q0 = q1 = q2 = q3 = TOperations.Zero;
        var i = 0;
        for (; i + 4 * width <= count; i += 4 * width)
        {
            var d0 = TOperations.Subtract(TOperations.Load(x + i), s);
            var d1 = TOperations.Subtract(TOperations.Load(x + i + width), s);
            var d2 = TOperations.Subtract(TOperations.Load(x + i + 2 * width), s);
            var d3 = TOperations.Subtract(TOperations.Load(x + i + 3 * width), s);
            e0 = TOperations.Add(e0, TOperations.Add(d0, d1));
            e1 = TOperations.Add(e1, TOperations.Add(d2, d3));
            q0 = TOperations.MultiplyAdd(d0, d0, q0);
            q1 = TOperations.MultiplyAdd(d1, d1, q1);
            q2 = TOperations.MultiplyAdd(d2, d2, q2);
            q3 = TOperations.MultiplyAdd(d3, d3, q3);
        }
        for (; i + width <= count; i += width)
        {
            var d = TOperations.Subtract(TOperations.Load(x + i), s);
            e0 = TOperations.Add(e0, d);
            q0 = TOperations.MultiplyAdd(d, d, q0);
        }
        if (i < count)
        {
            // Lanes behind the last value must count as nothing, not as 0 - shift.
            var ones = stackalloc float[width];
            TOperations.Store(TOperations.Broadcast(1), ones);
            var live = TOperations.LoadPartial(ones, count - i);
            var d = TOperations.Multiply(TOperations.Subtract(TOperations.LoadPartial(x + i, count - i), s), live);
            e1 = TOperations.Add(e1, d);
            q1 = TOperations.MultiplyAdd(d, d, q1);
        }
        double e = TOperations.Sum(TOperations.Add(e0, e1));
        double q = TOperations.Sum(TOperations.Add(TOperations.Add(q0, q1), TOperations.Add(q2, q3)));
        var offset = e / count;
        var squares = q - e * offset;
        return (shift + offset, squares, RowMoments.HasDigits(e * offset, squares, q));
    }
}
