using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>
/// The affine step of a normalization with a function behind it, over a block of columns, and the whole backward step: the
/// function's gradient, the two sums, and the correction.
/// </summary>
internal static unsafe class NormalizeColumns
{
    /// <summary>y = f((x - mean) scale + shift).</summary>
    /// <param name="x">The block's first value: rows of <paramref name="stride"/> floats.</param>
    /// <param name="vectors">The block's channels.</param>
    /// <param name="y">Receives the result, laid out as x; may be x.</param>
    /// <param name="stride">Floats from row to row.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many columns.</param>
    /// <param name="function">f.</param>
    public static void Forward(
        ReadOnlySpan<float> x, in NormalizationVectors vectors, Span<float> y, int stride, int rows, int columns, ActivationFunction function)
    {
        fixed (float* px = x, py = y, mean = vectors.Mean, scale = vectors.Scale, shift = vectors.Shift)
        {
            var block = new ForwardBlock(px, py, mean, scale, shift, stride, rows, columns);
            FunctionLoop.Run(block, function);
        }
    }

    /// <summary>
    /// g = dy f', told from y, or from x by the very expression of the forward step where f needs its argument, in place of dy; then
    /// sum(g) and sum(g (x - mean)) of every column, in float64.
    /// </summary>
    public static void Reduce(
        ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> dy, in NormalizationVectors vectors, Span<double> sums, Span<double> products,
        int stride, int rows, int columns, ActivationFunction function)
    {
        fixed (float* px = x, py = y, pdy = dy, mean = vectors.Mean, scale = vectors.Scale, shift = vectors.Shift)
        fixed (double* ps = sums, pp = products)
        {
            var block = new BackwardBlock(px, py, pdy, mean, scale, shift, ps, pp, stride, rows, columns);
            FunctionLoop.Run(block, function);
        }
    }

    /// <summary>dx = scale g + slope (x - mean) + offset, in place of g.</summary>
    public static void Correct(
        ReadOnlySpan<float> x, Span<float> g, ReadOnlySpan<float> mean, ReadOnlySpan<float> scale, ReadOnlySpan<float> slope,
        ReadOnlySpan<float> offset, int stride, int rows, int columns)
    {
        fixed (float* px = x, pg = g, pm = mean, pa = scale, ps = slope, po = offset)
        {
            switch (InstructionSet.Current)
            {
                case KernelKind.Vector512: Correct<Vector512Operations, Vector512<float>>(px, pg, pm, pa, ps, po, stride, rows, columns); break;
                case KernelKind.Vector256: Correct<Vector256Operations, Vector256<float>>(px, pg, pm, pa, ps, po, stride, rows, columns); break;
                case KernelKind.Vector128: Correct<Vector128Operations, Vector128<float>>(px, pg, pm, pa, ps, po, stride, rows, columns); break;
                default: Correct<ScalarOperations, float>(px, pg, pm, pa, ps, po, stride, rows, columns); break;
            }
        }
    }

    private static void Forward<TFunction, TOperations, TVector>(in ForwardBlock block, TFunction function)
        where TFunction : struct, IActivationFunction
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        for (var column = 0; column < block.Columns; column += TOperations.Width)
        {
            var left = block.Columns - column;
            var mean = ColumnBlock.Load<TOperations, TVector>(block.Mean + column, left);
            var scale = ColumnBlock.Load<TOperations, TVector>(block.Scale + column, left);
            var shift = ColumnBlock.Load<TOperations, TVector>(block.Shift + column, left);
            var x = block.X + column;
            var y = block.Y + column;
            for (var row = 0; row < block.Rows; row++, x += block.Stride, y += block.Stride)
            {
                var centred = TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(x, left), mean);
                var value = function.Value<TOperations, TVector>(TOperations.MultiplyAdd(centred, scale, shift));
                ColumnBlock.Store<TOperations, TVector>(value, y, left);
            }
        }
    }

    [SkipLocalsInit]
    private static void Reduce<TFunction, TOperations, TVector>(in BackwardBlock block, TFunction function)
        where TFunction : struct, IActivationFunction
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var lanes = stackalloc float[2 * TOperations.Width];
        for (var column = 0; column < block.Columns; column += TOperations.Width)
        {
            var left = block.Columns - column;
            var mean = ColumnBlock.Load<TOperations, TVector>(block.Mean + column, left);
            var scale = ColumnBlock.Load<TOperations, TVector>(block.Scale + column, left);
            var shift = ColumnBlock.Load<TOperations, TVector>(block.Shift + column, left);
            for (var row = 0; row < block.Rows; row += ColumnBlock.RowsInSingle)
            {
                var end = Math.Min(block.Rows, row + ColumnBlock.RowsInSingle);
                var (sum, product) = (TOperations.Zero, TOperations.Zero);
                var place = row * block.Stride + column;
                for (var r = row; r < end; r++, place += block.Stride)
                {
                    var centred = TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(block.X + place, left), mean);
                    var kept = TFunction.NeedsArgument
                        ? TOperations.MultiplyAdd(centred, scale, shift)
                        : ColumnBlock.Load<TOperations, TVector>(block.Y + place, left);
                    var g = function.Gradient<TOperations, TVector>(kept, ColumnBlock.Load<TOperations, TVector>(block.Dy + place, left));
                    ColumnBlock.Store<TOperations, TVector>(g, block.Dy + place, left);
                    sum = TOperations.Add(sum, g);
                    product = TOperations.MultiplyAdd(g, centred, product);
                }
                TOperations.Store(sum, lanes);
                TOperations.Store(product, lanes + TOperations.Width);
                for (var lane = 0; lane < Math.Min(left, TOperations.Width); lane++)
                {
                    block.Sums[column + lane] = (row == 0 ? 0 : block.Sums[column + lane]) + lanes[lane];
                    block.Products[column + lane] = (row == 0 ? 0 : block.Products[column + lane]) + lanes[TOperations.Width + lane];
                }
            }
        }
    }

    private static void Correct<TOperations, TVector>(
        float* x, float* g, float* means, float* scales, float* slopes, float* offsets, nint stride, int rows, int columns)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        for (var column = 0; column < columns; column += TOperations.Width)
        {
            var left = columns - column;
            var mean = ColumnBlock.Load<TOperations, TVector>(means + column, left);
            var scale = ColumnBlock.Load<TOperations, TVector>(scales + column, left);
            var slope = ColumnBlock.Load<TOperations, TVector>(slopes + column, left);
            var offset = ColumnBlock.Load<TOperations, TVector>(offsets + column, left);
            nint place = column;
            for (var row = 0; row < rows; row++, place += stride)
            {
                var centred = TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(x + place, left), mean);
                var corrected = TOperations.MultiplyAdd(
                    ColumnBlock.Load<TOperations, TVector>(g + place, left), scale, TOperations.MultiplyAdd(centred, slope, offset));
                ColumnBlock.Store<TOperations, TVector>(corrected, g + place, left);
            }
        }
    }

    private readonly struct ForwardBlock(float* x, float* y, float* mean, float* scale, float* shift, int stride, int rows, int columns) : IFunctionLoop
    {
        public readonly float* X = x;
        public readonly float* Y = y;
        public readonly float* Mean = mean;
        public readonly float* Scale = scale;
        public readonly float* Shift = shift;
        public readonly nint Stride = stride;
        public readonly int Rows = rows;
        public readonly int Columns = columns;

        public void Run<TFunction, TOperations, TVector>(TFunction function)
            where TFunction : struct, IActivationFunction
            where TOperations : IVectorOperations<TVector>
            where TVector : struct => Forward<TFunction, TOperations, TVector>(this, function);
    }

    private readonly struct BackwardBlock(
        float* x, float* y, float* dy, float* mean, float* scale, float* shift, double* sums, double* products, int stride, int rows, int columns) : IFunctionLoop
    {
        public readonly float* X = x;
        public readonly float* Y = y;
        public readonly float* Dy = dy;
        public readonly float* Mean = mean;
        public readonly float* Scale = scale;
        public readonly float* Shift = shift;
        public readonly double* Sums = sums;
        public readonly double* Products = products;
        public readonly nint Stride = stride;
        public readonly int Rows = rows;
        public readonly int Columns = columns;

        public void Run<TFunction, TOperations, TVector>(TFunction function)
            where TFunction : struct, IActivationFunction
            where TOperations : IVectorOperations<TVector>
            where TVector : struct => Reduce<TFunction, TOperations, TVector>(this, function);
    }
}
