using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>
/// The backward step of a normalization that has one mean and variance for a run of values: the two sums and the gradients of
/// gamma and beta, then the correction. Both compute g = dy f' afresh from x, by the very expression of the forward step.
/// </summary>
internal static unsafe class NormalizeRunBackward
{
    /// <summary>sum(g gamma) and sum(g gamma xHat); adds g xHat and g to the gradients of gamma and beta.</summary>
    /// <param name="x">The run.</param>
    /// <param name="dy">The gradient of the result.</param>
    /// <param name="gamma">One per value.</param>
    /// <param name="beta">One per value.</param>
    /// <param name="statistics">The run's.</param>
    /// <param name="dGamma">Increased by g xHat.</param>
    /// <param name="dBeta">Increased by g.</param>
    /// <param name="function">f.</param>
    public static (double Sum, double Product) Reduce(
        ReadOnlySpan<float> x, ReadOnlySpan<float> dy, ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta, RunStatistics statistics,
        Span<float> dGamma, Span<float> dBeta, ActivationFunction function)
    {
        if (dy.Length != x.Length || gamma.Length != x.Length || beta.Length != x.Length || dGamma.Length != x.Length || dBeta.Length != x.Length)
            throw new ArgumentException("What belongs to a run has its length.");
        fixed (float* px = x, pdy = dy, pg = gamma, pb = beta, pdg = dGamma, pdb = dBeta)
        {
            double sum = 0, product = 0;
            for (var first = 0; first < x.Length; first += RunMoments.InSingle)
            {
                var sums = default(Sums);
                FunctionLoop.Run(new Block(px, pdy, pg, pb, statistics, first, Math.Min(x.Length, first + RunMoments.InSingle)) { DGamma = pdg, DBeta = pdb, Sums = &sums }, function);
                sum += sums.Sum;
                product += sums.Product;
            }
            return (sum, product);
        }
    }

    /// <summary>dx = invStd g gamma + slope xHat + offset, or dx increased by it.</summary>
    /// <param name="x">The run.</param>
    /// <param name="dy">The gradient of the result.</param>
    /// <param name="dx">Receives the gradient of x.</param>
    /// <param name="gamma">One per value.</param>
    /// <param name="beta">One per value.</param>
    /// <param name="statistics">The run's.</param>
    /// <param name="slope">The correction through the variance.</param>
    /// <param name="offset">The correction through the mean.</param>
    /// <param name="function">f.</param>
    /// <param name="accumulate">Whether to add to what dx holds.</param>
    /// <param name="stream">Whether to write past the cache; not together with accumulate.</param>
    public static void Correct(
        ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx, ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta,
        RunStatistics statistics, float slope, float offset, ActivationFunction function, bool accumulate, bool stream)
    {
        if (dy.Length != x.Length || dx.Length != x.Length || gamma.Length != x.Length || beta.Length != x.Length)
            throw new ArgumentException("What belongs to a run has its length.");
        fixed (float* px = x, pdy = dy, pdx = dx, pg = gamma, pb = beta)
        {
            FunctionLoop.Run(
                new Block(px, pdy, pg, pb, statistics, 0, x.Length) { Dx = pdx, Slope = slope, Offset = offset, Accumulate = accumulate, Stream = stream && !accumulate },
                function);
        }
    }

    private static void Run<TFunction, TOperations, TVector>(in Block run, TFunction function)
        where TFunction : struct, IActivationFunction
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        if (run.Dx is null)
            Reduce<TFunction, TOperations, TVector>(run, function);
        else
            Correct<TFunction, TOperations, TVector>(run, function);
    }

    private static void Reduce<TFunction, TOperations, TVector>(in Block run, TFunction function)
        where TFunction : struct, IActivationFunction
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var width = TOperations.Width;
        var values = new Values<TOperations, TVector>(run);
        var dGamma = run.DGamma;
        var dBeta = run.DBeta;
        var end = run.End;
        var (sum, product) = (TOperations.Zero, TOperations.Zero);
        var i = run.First;
        for (; i + width <= end; i += width)
        {
            var (g, scaled, xHat) = values.At(i, width, function);
            sum = TOperations.Add(sum, scaled);
            product = TOperations.MultiplyAdd(scaled, xHat, product);
            TOperations.Store(TOperations.Add(TOperations.Load(dBeta + i), g), dBeta + i);
            TOperations.Store(TOperations.MultiplyAdd(g, xHat, TOperations.Load(dGamma + i)), dGamma + i);
        }
        if (i < end)
        {
            var left = end - i;
            var (g, scaled, xHat) = values.At(i, left, function);
            sum = TOperations.Add(sum, scaled);
            product = TOperations.MultiplyAdd(scaled, xHat, product);
            TOperations.StorePartial(TOperations.Add(TOperations.LoadPartial(dBeta + i, left), g), dBeta + i, left);
            TOperations.StorePartial(TOperations.MultiplyAdd(g, xHat, TOperations.LoadPartial(dGamma + i, left)), dGamma + i, left);
        }
        *run.Sums = new(TOperations.Sum(sum), TOperations.Sum(product));
    }

    private static void Correct<TFunction, TOperations, TVector>(in Block run, TFunction function)
        where TFunction : struct, IActivationFunction
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var width = TOperations.Width;
        var values = new Values<TOperations, TVector>(run);
        var invStd = TOperations.Broadcast(run.Statistics.InvStd);
        var (slope, offset) = (TOperations.Broadcast(run.Slope), TOperations.Broadcast(run.Offset));
        var dx = run.Dx;
        var (end, accumulate) = (run.End, run.Accumulate);
        var stream = run.Stream && (nint)dx % (width * sizeof(float)) == 0;
        var i = run.First;
        for (; i + width <= end; i += width)
        {
            var (_, scaled, xHat) = values.At(i, width, function);
            var value = TOperations.MultiplyAdd(scaled, invStd, TOperations.MultiplyAdd(xHat, slope, offset));
            if (accumulate)
                value = TOperations.Add(value, TOperations.Load(dx + i));
            if (stream)
                TOperations.StoreNonTemporal(value, dx + i);
            else
                TOperations.Store(value, dx + i);
        }
        if (i < end)
        {
            var left = end - i;
            var (_, scaled, xHat) = values.At(i, left, function);
            var value = TOperations.MultiplyAdd(scaled, invStd, TOperations.MultiplyAdd(xHat, slope, offset));
            TOperations.StorePartial(accumulate ? TOperations.Add(value, TOperations.LoadPartial(dx + i, left)) : value, dx + i, left);
        }
    }

    /// <summary>What backward computes afresh of each value.</summary>
    private readonly struct Values<TOperations, TVector>(in Block run)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        private readonly float* x = run.X;
        private readonly float* dy = run.Dy;
        private readonly float* gamma = run.Gamma;
        private readonly float* beta = run.Beta;
        private readonly TVector mean = TOperations.Broadcast(run.Statistics.Mean);
        private readonly TVector invStd = TOperations.Broadcast(run.Statistics.InvStd);
        private readonly TVector rest = TOperations.Broadcast(run.Statistics.Offset);

        /// <summary>g = dy f', g gamma and xHat at one place; g is 0 in the lanes behind the last value.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public (TVector Gradient, TVector Scaled, TVector XHat) At<TFunction>(int i, int left, TFunction function)
            where TFunction : struct, IActivationFunction
        {
            var xHat = TOperations.MultiplyAdd(TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(x + i, left), mean), invStd, rest);
            var scale = ColumnBlock.Load<TOperations, TVector>(gamma + i, left);
            var argument = TOperations.MultiplyAdd(xHat, scale, ColumnBlock.Load<TOperations, TVector>(beta + i, left));
            var g = ActivationGradient.At<TFunction, TOperations, TVector>(function, argument, ColumnBlock.Load<TOperations, TVector>(dy + i, left));
            return (g, TOperations.Multiply(g, scale), xHat);
        }
    }

    private readonly record struct Sums(float Sum, float Product);

    private readonly struct Block(float* x, float* dy, float* gamma, float* beta, RunStatistics statistics, int first, int end) : IFunctionLoop
    {
        public readonly float* X = x;
        public readonly float* Dy = dy;
        public readonly float* Gamma = gamma;
        public readonly float* Beta = beta;
        public readonly RunStatistics Statistics = statistics;
        public readonly int First = first;
        public readonly int End = end;

        public float* DGamma { get; init; }

        public float* DBeta { get; init; }

        public Sums* Sums { get; init; }

        public float* Dx { get; init; }

        public float Slope { get; init; }

        public float Offset { get; init; }

        public bool Accumulate { get; init; }

        public bool Stream { get; init; }

        public void Run<TFunction, TOperations, TVector>(TFunction function)
            where TFunction : struct, IActivationFunction
            where TOperations : IVectorOperations<TVector>
            where TVector : struct => NormalizeRunBackward.Run<TFunction, TOperations, TVector>(this, function);
    }
}
