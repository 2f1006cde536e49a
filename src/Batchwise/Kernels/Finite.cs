using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>Whether all values are finite.</summary>
internal static unsafe class Finite
{
    public static bool All(ReadOnlySpan<float> values)
    {
        fixed (float* start = values)
        {
            return InstructionSet.Current switch
            {
                KernelKind.Vector512 => All<Vector512Operations, Vector512<float>>(start, values.Length),
                KernelKind.Vector256 => All<Vector256Operations, Vector256<float>>(start, values.Length),
                KernelKind.Vector128 => All<Vector128Operations, Vector128<float>>(start, values.Length),
                _ => All<ScalarOperations, float>(start, values.Length),
            };
        }
    }

    // x - x is 0 for a finite x and NaN for any other, and NaN stays in a sum.
    private static bool All<TOperations, TVector>(float* values, int count)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var (sum, sum2) = (TOperations.Zero, TOperations.Zero);
        var width = TOperations.Width;
        var i = 0;
        for (; i + 2 * width <= count; i += 2 * width)
        {
            var (x, x2) = (TOperations.Load(values + i), TOperations.Load(values + i + width));
            sum = TOperations.Add(sum, TOperations.Subtract(x, x));
            sum2 = TOperations.Add(sum2, TOperations.Subtract(x2, x2));
        }
        for (; i < count; i += width)
        {
            var x = TOperations.LoadPartial(values + i, Math.Min(width, count - i));
            sum = TOperations.Add(sum, TOperations.Subtract(x, x));
        }
        return TOperations.Sum(TOperations.Add(sum, sum2)) == 0;
    }
}
