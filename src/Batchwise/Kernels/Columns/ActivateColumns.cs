namespace Batchwise.Kernels;

/// <summary>Adds a bias to a block of columns and applies a function; backward likewise, with the bias's gradient.</summary>
internal static unsafe class ActivateColumns
{
    /// <summary>y = f(x + bias).</summary>
    /// <param name="x">The block's first value: rows of <paramref name="stride"/> floats.</param>
    /// <param name="bias">One per column of the block; empty for none.</param>
    /// <param name="y">Receives the result, laid out as x; may be x.</param>
    /// <param name="stride">Floats from row to row.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many columns.</param>
    /// <param name="function">f.</param>
    public static void Forward(
        ReadOnlySpan<float> x, ReadOnlySpan<float> bias, Span<float> y, int stride, int rows, int columns, ActivationFunction function)
    {
        fixed (float* px = x, pb = bias, py = y)
        {
            var block = new Block(px, pb, py, stride, rows, columns);
            FunctionLoop.Run(new ForwardLoop(block), function);
        }
    }

    /// <summary>dx = dy f', told from what forward kept, and the bias's gradient, the sum of dx over the rows.</summary>
    /// <param name="kept">The block's first value of f, or of its argument where f needs that: rows of <paramref name="stride"/> floats.</param>
    /// <param name="dy">The gradient of the output, laid out alike; becomes dx.</param>
    /// <param name="dBias">Receives one sum per column of the block; empty if it is not wanted.</param>
    /// <param name="stride">Floats from row to row.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many columns.</param>
    /// <param name="function">f.</param>
    public static void Backward(
        ReadOnlySpan<float> kept, Span<float> dy, Span<float> dBias, int stride, int rows, int columns, ActivationFunction function)
    {
        fixed (float* pk = kept, pdy = dy, pdb = dBias)
        {
            var block = new Block(pk, pdb, pdy, stride, rows, columns);
            FunctionLoop.Run(new BackwardLoop(block), function);
        }
    }

    private static void Forward<TFunction, TOperations, TVector>(in Block block, TFunction function)
        where TFunction : struct, IActivationFunction
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        for (var column = 0; column < block.Columns; column += TOperations.Width)
        {
            var left = block.Columns - column;
            var bias = block.Vector is null ? TOperations.Zero : ColumnBlock.Load<TOperations, TVector>(block.Vector + column, left);
            var x = block.Saved + column;
            var y = block.Worked + column;
            for (var row = 0; row < block.Rows; row++, x += block.Stride, y += block.Stride)
            {
                var value = TOperations.Add(ColumnBlock.Load<TOperations, TVector>(x, left), bias);
                ColumnBlock.Store<TOperations, TVector>(function.Value<TOperations, TVector>(value), y, left);
            }
        }
    }

    private static void Backward<TFunction, TOperations, TVector>(in Block block, TFunction function)
        where TFunction : struct, IActivationFunction
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        for (var column = 0; column < block.Columns; column += TOperations.Width)
        {
            var left = block.Columns - column;
            var kept = block.Saved + column;
            var dy = block.Worked + column;
            var sum = TOperations.Zero;
            for (var row = 0; row < block.Rows; row++, kept += block.Stride, dy += block.Stride)
            {
                var gradient = function.Gradient<TOperations, TVector>(
                    ColumnBlock.Load<TOperations, TVector>(kept, left), ColumnBlock.Load<TOperations, TVector>(dy, left));
                ColumnBlock.Store<TOperations, TVector>(gradient, dy, left);
                sum = TOperations.Add(sum, gradient);
            }
            if (block.Vector is not null)
                ColumnBlock.Store<TOperations, TVector>(sum, block.Vector + column, left);
        }
    }

    /// <summary>A block: what is only read, one value per column, and what is written.</summary>
    private readonly struct Block(float* saved, float* vector, float* worked, int stride, int rows, int columns)
    {
        public readonly float* Saved = saved;
        public readonly float* Vector = vector;
        public readonly float* Worked = worked;
        public readonly nint Stride = stride;
        public readonly int Rows = rows;
        public readonly int Columns = columns;
    }

    private readonly struct ForwardLoop(Block block) : IFunctionLoop
    {
        private readonly Block block = block;

        public void Run<TFunction, TOperations, TVector>(TFunction function)
            where TFunction : struct, IActivationFunction
            where TOperations : IVectorOperations<TVector>
            where TVector : struct => Forward<TFunction, TOperations, TVector>(block, function);
    }

    private readonly struct BackwardLoop(Block block) : IFunctionLoop
    {
        private readonly Block block = block;

        public void Run<TFunction, TOperations, TVector>(TFunction function)
            where TFunction : struct, IActivationFunction
            where TOperations : IVectorOperations<TVector>
            where TVector : struct => Backward<TFunction, TOperations, TVector>(block, function);
    }
}
