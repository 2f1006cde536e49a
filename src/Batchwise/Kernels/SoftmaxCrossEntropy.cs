using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>Softmax and cross-entropy of rows of logits.</summary>
internal static unsafe class SoftmaxCrossEntropy
{
    /// <summary>
    /// The loss of one row, -log softmax(x)[label] in float64, and its gradient with respect to the logits times a factor.
    /// </summary>
    /// <param name="logits">The row.</param>
    /// <param name="gradient">Receives (softmax(x) - one-hot) factor.</param>
    /// <param name="label">The row's class.</param>
    /// <param name="factor">1 / batch for a mean loss.</param>
    public static double Row(ReadOnlySpan<float> logits, Span<float> gradient, int label, float factor)
    {
        var (largest, sum) = Exponentials(logits, gradient);
        var scale = (float)(factor / sum);
        foreach (ref var value in gradient)
            value *= scale;
        gradient[label] -= factor;
        return Math.Log(sum) + ((double)largest - logits[label]);
    }

    /// <summary>The softmax of one row.</summary>
    public static void Softmax(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        var (_, sum) = Exponentials(logits, probabilities);
        foreach (ref var value in probabilities)
            value = (float)(value / sum);
    }

    /// <summary>exp(x - max x), the maximum, and the sum; a NaN among the logits makes the sum NaN.</summary>
    private static (float Largest, double Sum) Exponentials(ReadOnlySpan<float> logits, Span<float> results)
    {
        var largest = logits[0];
        foreach (var logit in logits)
            largest = MathF.Max(largest, logit);
        fixed (float* px = logits, py = results)
        {
            switch (InstructionSet.Current)
            {
                case KernelKind.Vector512: Exponentials<Vector512Operations, Vector512<float>>(px, py, logits.Length, largest); break;
                case KernelKind.Vector256: Exponentials<Vector256Operations, Vector256<float>>(px, py, logits.Length, largest); break;
                case KernelKind.Vector128: Exponentials<Vector128Operations, Vector128<float>>(px, py, logits.Length, largest); break;
                default: Exponentials<ScalarOperations, float>(px, py, logits.Length, largest); break;
            }
        }
        double sum = 0;
        foreach (var value in results)
            sum += value;
        return (largest, sum);
    }

    private static void Exponentials<TOperations, TVector>(float* x, float* y, int count, float largest)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        for (var i = 0; i < count; i += TOperations.Width)
        {
            var shifted = TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(x + i, count - i), TOperations.Broadcast(largest));
            ColumnBlock.Store<TOperations, TVector>(Exponential.Of<TOperations, TVector>(shifted), y + i, count - i);
        }
    }
}
