namespace Batchwise.Kernels;

/// <summary>A function of a run of floats, whatever they are laid out as, and its gradient.</summary>
internal static unsafe class Activate
{
    /// <summary>y = f(x).</summary>
    /// <param name="x">The values.</param>
    /// <param name="y">Receives the result; may be x.</param>
    /// <param name="function">f.</param>
    /// <param name="stream">Whether to write past the cache.</param>
    public static void Forward(ReadOnlySpan<float> x, Span<float> y, ActivationFunction function, bool stream)
    {
        if (x.Length != y.Length)
            throw new ArgumentException($"A function of {x.Length} values does not give {y.Length}.");
        fixed (float* px = x, py = y)
            FunctionLoop.Run(new Block(px, null, py, x.Length, false, stream), function);
    }

    /// <summary>dx = dy f', told from what forward kept, or dx increased by it.</summary>
    /// <param name="kept">The values of f, or of its argument where f needs that.</param>
    /// <param name="dy">The gradient of the values.</param>
    /// <param name="dx">Receives the gradient of x.</param>
    /// <param name="function">f.</param>
    /// <param name="accumulate">Whether to add to what dx holds.</param>
    /// <param name="stream">Whether to write past the cache; not together with accumulate.</param>
    public static void Backward(ReadOnlySpan<float> kept, ReadOnlySpan<float> dy, Span<float> dx, ActivationFunction function, bool accumulate, bool stream)
    {
        if (kept.Length != dy.Length || kept.Length != dx.Length)
            throw new ArgumentException($"The gradients of {kept.Length} values are not {dy.Length} and {dx.Length}.");
        fixed (float* pk = kept, pdy = dy, pdx = dx)
            FunctionLoop.Run(new Block(pk, pdy, pdx, kept.Length, accumulate, stream && !accumulate), function);
    }

    private static void Run<TFunction, TOperations, TVector>(in Block block, TFunction function)
        where TFunction : struct, IActivationFunction
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var width = TOperations.Width;
        var source = block.Source;
        var dy = block.Dy;
        var target = block.Target;
        var count = block.Count;
        var accumulate = block.Accumulate;
        var stream = block.Stream && (nint)target % (width * sizeof(float)) == 0;
        for (var i = 0; i < count; i += width)
        {
            var left = count - i;
            var value = ColumnBlock.Load<TOperations, TVector>(source + i, left);
            value = dy is null
                ? function.Value<TOperations, TVector>(value)
                : function.Gradient<TOperations, TVector>(value, ColumnBlock.Load<TOperations, TVector>(dy + i, left));
            if (accumulate)
                value = TOperations.Add(value, ColumnBlock.Load<TOperations, TVector>(target + i, left));
            if (stream && left >= width)
                TOperations.StoreNonTemporal(value, target + i);
            else
                ColumnBlock.Store<TOperations, TVector>(value, target + i, left);
        }
    }

    /// <summary>x forward, what was kept and dy backward, and what is written.</summary>
    private readonly struct Block(float* source, float* dy, float* target, int count, bool accumulate, bool stream) : IFunctionLoop
    {
        public readonly float* Source = source;
        public readonly float* Dy = dy;
        public readonly float* Target = target;
        public readonly int Count = count;
        public readonly bool Accumulate = accumulate;
        public readonly bool Stream = stream;

        public void Run<TFunction, TOperations, TVector>(TFunction function)
            where TFunction : struct, IActivationFunction
            where TOperations : IVectorOperations<TVector>
            where TVector : struct => Activate.Run<TFunction, TOperations, TVector>(this, function);
    }
}
