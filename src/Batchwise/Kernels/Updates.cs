using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>One optimizer step over a run of parameters, in one pass.</summary>
internal static unsafe class Updates
{
    /// <summary>Gradient descent: g += decay w; v = momentum v + g; w -= rate (nesterov ? g + momentum v : v).</summary>
    /// <param name="w">The parameters.</param>
    /// <param name="g">Their gradients.</param>
    /// <param name="v">Their velocities; empty without momentum.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="momentum">How much of the velocity is kept.</param>
    /// <param name="nesterov">Whether to look ahead (Nesterov 1983).</param>
    /// <param name="decay">The weight decay.</param>
    public static void Descend(Span<float> w, ReadOnlySpan<float> g, Span<float> v, float rate, float momentum, bool nesterov, float decay)
    {
        fixed (float* pw = w, pg = g, pv = v)
        {
            Run(new Descent(pw, pg, pv, w.Length, rate, momentum, nesterov, decay));
        }
    }

    /// <summary>Adagrad: g += decay w; s += g^2; w -= rate g / (sqrt(s) + epsilon).</summary>
    public static void Adagrad(Span<float> w, ReadOnlySpan<float> g, Span<float> s, float rate, float epsilon, float decay)
    {
        fixed (float* pw = w, pg = g, ps = s)
        {
            Run(new AdaptiveStep(pw, pg, ps, w.Length, rate, epsilon, decay));
        }
    }

    /// <summary>
    /// Adam: g += decay w; m = beta1 m + (1 - beta1) g; s = beta2 s + (1 - beta2) g^2; w -= rate (m / c1) / (sqrt(s / c2) + epsilon).
    /// </summary>
    public static void Adam(
        Span<float> w, ReadOnlySpan<float> g, Span<float> m, Span<float> s, float rate, float beta1, float beta2,
        float correction1, float correction2, float epsilon, float decay)
    {
        fixed (float* pw = w, pg = g, pm = m, ps = s)
        {
            Run(new AdamStep(pw, pg, pm, ps, w.Length, rate / correction1, beta1, beta2, 1 / MathF.Sqrt(correction2), epsilon, decay));
        }
    }

    private static void Run<TUpdate>(TUpdate update)
        where TUpdate : struct, IUpdate
    {
        switch (InstructionSet.Current)
        {
            case KernelKind.Vector512: update.Run<Vector512Operations, Vector512<float>>(); break;
            case KernelKind.Vector256: update.Run<Vector256Operations, Vector256<float>>(); break;
            case KernelKind.Vector128: update.Run<Vector128Operations, Vector128<float>>(); break;
            default: update.Run<ScalarOperations, float>(); break;
        }
    }

    private interface IUpdate
    {
        void Run<TOperations, TVector>()
            where TOperations : IVectorOperations<TVector>
            where TVector : struct;
    }

    private readonly struct Descent(float* w, float* g, float* v, int count, float rate, float momentum, bool nesterov, float decay) : IUpdate
    {
        public void Run<TOperations, TVector>()
            where TOperations : IVectorOperations<TVector>
            where TVector : struct
        {
            var minusRate = TOperations.Broadcast(-rate);
            var keep = TOperations.Broadcast(momentum);
            var shrink = TOperations.Broadcast(decay);
            for (var i = 0; i < count; i += TOperations.Width)
            {
                var left = count - i;
                var value = ColumnBlock.Load<TOperations, TVector>(w + i, left);
                var step = TOperations.MultiplyAdd(shrink, value, ColumnBlock.Load<TOperations, TVector>(g + i, left));
                if (v is not null)
                {
                    var velocity = TOperations.MultiplyAdd(keep, ColumnBlock.Load<TOperations, TVector>(v + i, left), step);
                    ColumnBlock.Store<TOperations, TVector>(velocity, v + i, left);
                    step = nesterov ? TOperations.MultiplyAdd(keep, velocity, step) : velocity;
                }
                ColumnBlock.Store<TOperations, TVector>(TOperations.MultiplyAdd(minusRate, step, value), w + i, left);
            }
        }
    }

    private readonly struct AdaptiveStep(float* w, float* g, float* s, int count, float rate, float epsilon, float decay) : IUpdate
    {
        public void Run<TOperations, TVector>()
            where TOperations : IVectorOperations<TVector>
            where TVector : struct
        {
            for (var i = 0; i < count; i += TOperations.Width)
            {
                var left = count - i;
                var value = ColumnBlock.Load<TOperations, TVector>(w + i, left);
                var gradient = TOperations.MultiplyAdd(TOperations.Broadcast(decay), value, ColumnBlock.Load<TOperations, TVector>(g + i, left));
                var sum = TOperations.MultiplyAdd(gradient, gradient, ColumnBlock.Load<TOperations, TVector>(s + i, left));
                ColumnBlock.Store<TOperations, TVector>(sum, s + i, left);
                var root = TOperations.Add(TOperations.Sqrt(sum), TOperations.Broadcast(epsilon));
                var step = TOperations.Divide(TOperations.Multiply(TOperations.Broadcast(rate), gradient), root);
                ColumnBlock.Store<TOperations, TVector>(TOperations.Subtract(value, step), w + i, left);
            }
        }
    }

    private readonly struct AdamStep(
        float* w, float* g, float* m, float* s, int count, float rate, float beta1, float beta2, float rootScale, float epsilon, float decay)
        : IUpdate
    {
        public void Run<TOperations, TVector>()
            where TOperations : IVectorOperations<TVector>
            where TVector : struct
        {
            for (var i = 0; i < count; i += TOperations.Width)
            {
                var left = count - i;
                var value = ColumnBlock.Load<TOperations, TVector>(w + i, left);
                var gradient = TOperations.MultiplyAdd(TOperations.Broadcast(decay), value, ColumnBlock.Load<TOperations, TVector>(g + i, left));
                var mean = TOperations.MultiplyAdd(
                    TOperations.Broadcast(beta1), ColumnBlock.Load<TOperations, TVector>(m + i, left), TOperations.Multiply(TOperations.Broadcast(1 - beta1), gradient));
                var square = TOperations.MultiplyAdd(
                    TOperations.Broadcast(beta2), ColumnBlock.Load<TOperations, TVector>(s + i, left),
                    TOperations.Multiply(TOperations.Broadcast(1 - beta2), TOperations.Multiply(gradient, gradient)));
                ColumnBlock.Store<TOperations, TVector>(mean, m + i, left);
                ColumnBlock.Store<TOperations, TVector>(square, s + i, left);
                var root = TOperations.MultiplyAdd(TOperations.Sqrt(square), TOperations.Broadcast(rootScale), TOperations.Broadcast(epsilon));
                var step = TOperations.Divide(TOperations.Multiply(TOperations.Broadcast(rate), mean), root);
                ColumnBlock.Store<TOperations, TVector>(TOperations.Subtract(value, step), w + i, left);
            }
        }
    }
}
