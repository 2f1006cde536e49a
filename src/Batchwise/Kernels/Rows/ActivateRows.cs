namespace Batchwise.Kernels;

/// <summary>Adds a bias, or another map, to a block of rows of a map and applies a function; backward likewise, with the bias's gradient.</summary>
internal static unsafe class ActivateRows
{
    /// <summary>y = f(x + bias).</summary>
    /// <param name="x">The block: [rows, channels].</param>
    /// <param name="xStride">Floats from one row of x to the next.</param>
    /// <param name="bias">One per channel; empty for none.</param>
    /// <param name="y">Receives the result; may be x.</param>
    /// <param name="yStride">Floats from one row of y to the next.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="function">f.</param>
    public static void Forward(
        ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> bias, Span<float> y, int yStride, int rows, int channels, ActivationFunction function)
    {
        fixed (float* px = x, pb = bias, py = y)
            FunctionLoop.Run(new ForwardLoop(px, xStride, pb, 0, py, yStride, rows, channels), function);
    }

    /// <summary>y = f(a + b).</summary>
    /// <param name="a">A block: [rows, channels].</param>
    /// <param name="aStride">Floats from one row of a to the next.</param>
    /// <param name="b">Another such block.</param>
    /// <param name="bStride">Floats from one row of b to the next.</param>
    /// <param name="y">Receives the result; may be one of them.</param>
    /// <param name="yStride">Floats from one row of y to the next.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="function">f.</param>
    public static void Sum(
        ReadOnlySpan<float> a, int aStride, ReadOnlySpan<float> b, int bStride, Span<float> y, int yStride, int rows, int channels, ActivationFunction function)
    {
        fixed (float* pa = a, pb = b, py = y)
            FunctionLoop.Run(new ForwardLoop(pa, aStride, pb, bStride, py, yStride, rows, channels), function);
    }

    /// <summary>dx = dy f', told from y, and the sum of dx over the rows.</summary>
    /// <param name="y">The block's values of f: [rows, channels].</param>
    /// <param name="yStride">Floats from one row of y to the next.</param>
    /// <param name="dy">The gradient of these.</param>
    /// <param name="dyStride">Floats from one row of dy to the next.</param>
    /// <param name="dx">Receives the gradient of x; may be dy.</param>
    /// <param name="dxStride">Floats from one row of dx to the next.</param>
    /// <param name="sums">Receives one sum per channel; empty if they are not wanted.</param>
    /// <param name="rows">How many rows, at most <see cref="ColumnBlock.RowsInSingle"/>.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="function">f.</param>
    public static void Backward(
        ReadOnlySpan<float> y, int yStride, ReadOnlySpan<float> dy, int dyStride, Span<float> dx, int dxStride, Span<float> sums, int rows, int channels,
        ActivationFunction function)
    {
        sums.Clear();
        fixed (float* py = y, pdy = dy, pdx = dx, ps = sums)
            FunctionLoop.Run(new BackwardLoop(py, yStride, pdy, dyStride, pdx, dxStride, ps, rows, channels), function);
    }

    // A bias is added to every row: its own stride is 0.
    private readonly struct ForwardLoop(float* x, nint xStride, float* added, nint addedStride, float* y, nint yStride, int rows, int channels) : IFunctionLoop
    {
        private readonly float* x = x;
        private readonly nint xStride = xStride;
        private readonly float* added = added;
        private readonly nint addedStride = addedStride;
        private readonly float* y = y;
        private readonly nint yStride = yStride;
        private readonly int rows = rows;
        private readonly int channels = channels;

        public void Run<TFunction, TOperations, TVector>(TFunction function)
            where TFunction : struct, IActivationFunction
            where TOperations : IVectorOperations<TVector>
            where TVector : struct
        {
            for (var row = 0; row < rows; row++)
            {
                for (var c = 0; c < channels; c += TOperations.Width)
                {
                    var left = channels - c;
                    var value = ColumnBlock.Load<TOperations, TVector>(x + row * xStride + c, left);
                    if (added is not null)
                        value = TOperations.Add(value, ColumnBlock.Load<TOperations, TVector>(added + row * addedStride + c, left));
                    ColumnBlock.Store<TOperations, TVector>(function.Value<TOperations, TVector>(value), y + row * yStride + c, left);
                }
            }
        }
    }

    private readonly struct BackwardLoop(
        float* y, nint yStride, float* dy, nint dyStride, float* dx, nint dxStride, float* sums, int rows, int channels) : IFunctionLoop
    {
        private readonly float* y = y;
        private readonly nint yStride = yStride;
        private readonly float* dy = dy;
        private readonly nint dyStride = dyStride;
        private readonly float* dx = dx;
        private readonly nint dxStride = dxStride;
        private readonly float* sums = sums;
        private readonly int rows = rows;
        private readonly int channels = channels;

        public void Run<TFunction, TOperations, TVector>(TFunction function)
            where TFunction : struct, IActivationFunction
            where TOperations : IVectorOperations<TVector>
            where TVector : struct
        {
            for (var row = 0; row < rows; row++)
            {
                for (var c = 0; c < channels; c += TOperations.Width)
                {
                    var left = channels - c;
                    var gradient = function.Gradient<TOperations, TVector>(
                        ColumnBlock.Load<TOperations, TVector>(y + row * yStride + c, left), ColumnBlock.Load<TOperations, TVector>(dy + row * dyStride + c, left));
                    ColumnBlock.Store<TOperations, TVector>(gradient, dx + row * dxStride + c, left);
                    if (sums is not null)
                        ColumnBlock.Store<TOperations, TVector>(TOperations.Add(ColumnBlock.Load<TOperations, TVector>(sums + c, left), gradient), sums + c, left);
                }
            }
        }
    }
}
