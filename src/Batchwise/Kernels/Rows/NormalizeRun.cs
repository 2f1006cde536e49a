using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>
/// The affine step of a normalization that has one mean and variance for a whole run of values, with gamma and beta for
/// each of them, and a function behind it.
/// </summary>
internal static unsafe class NormalizeRun
{
    /// <summary>y = f(gamma xHat + beta).</summary>
    /// <param name="x">The run.</param>
    /// <param name="y">Receives the result; may be x.</param>
    /// <param name="gamma">One per value.</param>
    /// <param name="beta">One per value.</param>
    /// <param name="statistics">The run's.</param>
    /// <param name="function">f.</param>
    /// <param name="stream">Whether to write past the cache.</param>
    public static void Run(
        ReadOnlySpan<float> x, Span<float> y, ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta, RunStatistics statistics,
        ActivationFunction function, bool stream)
    {
        if (y.Length != x.Length || gamma.Length != x.Length || beta.Length != x.Length)
            throw new ArgumentException("What belongs to a run has its length.");
        fixed (float* px = x, py = y, pg = gamma, pb = beta)
        {
            var run = new Block(px, py, pg, pb, statistics, x.Length, stream);
            FunctionLoop.Run(run, function);
        }
    }

    private static void Run<TFunction, TOperations, TVector>(in Block run, TFunction function)
        where TFunction : struct, IActivationFunction
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var width = TOperations.Width;
        var count = run.Count;
        var values = new Values<TOperations, TVector>(run);
        var y = run.Y;
        var i = 0;
        if (run.Stream && (nint)y % (width * sizeof(float)) == 0)
        {
            for (; i + width <= count; i += width)
                TOperations.StoreNonTemporal(values.At(i, width, function), y + i);
        }
        for (; i + width <= count; i += width)
            TOperations.Store(values.At(i, width, function), y + i);
        if (i < count)
            TOperations.StorePartial(values.At(i, count - i, function), y + i, count - i);
    }

    private readonly struct Values<TOperations, TVector>(in Block run)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        private readonly float* x = run.X;
        private readonly float* gamma = run.Gamma;
        private readonly float* beta = run.Beta;
        private readonly TVector mean = TOperations.Broadcast(run.Statistics.Mean);
        private readonly TVector invStd = TOperations.Broadcast(run.Statistics.InvStd);
        private readonly TVector offset = TOperations.Broadcast(run.Statistics.Offset);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector At<TFunction>(int i, int left, TFunction function)
            where TFunction : struct, IActivationFunction
        {
            var xHat = TOperations.MultiplyAdd(TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(x + i, left), mean), invStd, offset);
            return function.Value<TOperations, TVector>(TOperations.MultiplyAdd(
                xHat, ColumnBlock.Load<TOperations, TVector>(gamma + i, left), ColumnBlock.Load<TOperations, TVector>(beta + i, left)));
        }
    }

    private readonly struct Block(float* x, float* y, float* gamma, float* beta, RunStatistics statistics, int count, bool stream) : IFunctionLoop
    {
        public readonly float* X = x;
        public readonly float* Y = y;
        public readonly float* Gamma = gamma;
        public readonly float* Beta = beta;
        public readonly RunStatistics Statistics = statistics;
        public readonly int Count = count;
        public readonly bool Stream = stream;

        public void Run<TFunction, TOperations, TVector>(TFunction function)
            where TFunction : struct, IActivationFunction
            where TOperations : IVectorOperations<TVector>
            where TVector : struct => NormalizeRun.Run<TFunction, TOperations, TVector>(this, function);
    }
}
