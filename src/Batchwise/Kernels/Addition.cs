using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>y = x, or y = y + x.</summary>
internal static unsafe class Addition
{
    public static void Run(ReadOnlySpan<float> x, Span<float> y, bool accumulate)
    {
        if (!accumulate)
        {
            x.CopyTo(y);
            return;
        }
        if (x.Length != y.Length)
            throw new ArgumentException($"Cannot add {x.Length} values to {y.Length}.");
        fixed (float* px = x, py = y)
        {
            switch (InstructionSet.Current)
            {
                case KernelKind.Vector512: Run<Vector512Operations, Vector512<float>>(px, py, x.Length); break;
                case KernelKind.Vector256: Run<Vector256Operations, Vector256<float>>(px, py, x.Length); break;
                case KernelKind.Vector128: Run<Vector128Operations, Vector128<float>>(px, py, x.Length); break;
                default: Run<ScalarOperations, float>(px, py, x.Length); break;
            }
        }
    }

    private static void Run<TOperations, TVector>(float* x, float* y, int count)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        for (var i = 0; i < count; i += TOperations.Width)
        {
            var left = count - i;
            var sum = TOperations.Add(ColumnBlock.Load<TOperations, TVector>(y + i, left), ColumnBlock.Load<TOperations, TVector>(x + i, left));
            ColumnBlock.Store<TOperations, TVector>(sum, y + i, left);
        }
    }
}
