using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>The affine step of a normalization with a function behind it, over a block of rows.</summary>
internal static unsafe class NormalizeRows
{
    /// <summary>Results of at least this many bytes are written past the cache, which they would not stay in anyway.</summary>
    public const long LargeBytes = 16 << 20;

    /// <summary>y = f((x - mean) scale + shift).</summary>
    /// <param name="x">The block: [rows, channels].</param>
    /// <param name="xStride">Floats from one row of x to the next.</param>
    /// <param name="y">Receives the result; may be x.</param>
    /// <param name="yStride">Floats from one row of y to the next.</param>
    /// <param name="vectors">All channels.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="function">f.</param>
    /// <param name="large">Whether x and y are larger than <see cref="LargeBytes"/>: y is then written past the cache.</param>
    public static void Run(
        ReadOnlySpan<float> x, int xStride, Span<float> y, int yStride, in NormalizationVectors vectors, int rows, int channels, ActivationFunction function, bool large) =>
        Run(x, xStride, [], channels, y, yStride, vectors, rows, channels, function, large);

    /// <summary>y = f((x - mean) scale + shift + addend): the same, in a sum.</summary>
    /// <param name="x">The block: [rows, channels].</param>
    /// <param name="xStride">Floats from one row of x to the next.</param>
    /// <param name="addend">What is added: [rows, channels].</param>
    /// <param name="addendStride">Floats from one row of it to the next.</param>
    /// <param name="y">Receives the result; may be x or the addend.</param>
    /// <param name="yStride">Floats from one row of y to the next.</param>
    /// <param name="vectors">All channels.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="function">f.</param>
    public static void Sum(
        ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> addend, int addendStride, Span<float> y, int yStride, in NormalizationVectors vectors, int rows, int channels,
        ActivationFunction function) =>
        Run(x, xStride, addend, addendStride, y, yStride, vectors, rows, channels, function, large: false);

    /// <summary>The same, as a part of another kernel.</summary>
    public static void Run(
        float* x, nint xStride, float* y, nint yStride, float* mean, float* scale, float* shift, int rows, int channels, ActivationFunction function) =>
        FunctionLoop.Run(new Block(x, xStride, null, 0, y, yStride, mean, scale, shift, RowFold.None(rows, channels), large: false), function);

    [SkipLocalsInit]
    private static void Run(
        ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> addend, int addendStride, Span<float> y, int yStride, in NormalizationVectors vectors, int rows, int channels,
        ActivationFunction function, bool large)
    {
        var fold = RowFold.Of(rows, channels, xStride, addendStride, yStride);
        Span<float> room = stackalloc float[fold.Room(NormalizationVectors.Count)];
        fixed (float* px = x, pa = addend, py = y)
        fixed (float* mean = fold.Repeat(vectors.Mean, ref room), scale = fold.Repeat(vectors.Scale, ref room), shift = fold.Repeat(vectors.Shift, ref room))
        {
            var block = new Block(px, fold.Stride(xStride), pa, fold.Stride(addendStride), py, fold.Stride(yStride), mean, scale, shift, fold, large);
            FunctionLoop.Run(block, function);
        }
    }

    private readonly struct Block(
        float* x, nint xStride, float* addend, nint addendStride, float* y, nint yStride, float* mean, float* scale, float* shift, RowFold fold, bool large) : IFunctionLoop
    {
        public readonly float* X = x;
        public readonly nint XStride = xStride;
        public readonly float* Addend = addend;
        public readonly nint AddendStride = addendStride;
        public readonly float* Y = y;
        public readonly nint YStride = yStride;
        public readonly float* Mean = mean;
        public readonly float* Scale = scale;
        public readonly float* Shift = shift;
        public readonly bool Stream = large && fold.CanStream(y, yStride);

        public void Run<TFunction, TOperations, TVector>(TFunction function)
            where TFunction : struct, IActivationFunction
            where TOperations : IVectorOperations<TVector>
            where TVector : struct => RowBlock.Run<Loop<TFunction>, TOperations, TVector>(new Loop<TFunction>(this, function), fold, large);
    }

    private readonly struct Loop<TFunction>(in Block block, TFunction function) : IStripLoop
        where TFunction : struct, IActivationFunction
    {
        private readonly Block block = block;
        private readonly TFunction function = function;

        public void Run<TOperations, TVector>(in StripPiece piece)
            where TOperations : IVectorOperations<TVector>
            where TVector : struct
        {
            var (c, left) = (piece.Channel, piece.Left);
            var mean = ColumnBlock.Load<TOperations, TVector>(block.Mean + c, left);
            var scale = ColumnBlock.Load<TOperations, TVector>(block.Scale + c, left);
            var shift = ColumnBlock.Load<TOperations, TVector>(block.Shift + c, left);
            var x = block.X + piece.Row * block.XStride + c;
            var y = block.Y + piece.Row * block.YStride + c;
            var addend = block.Addend is null ? null : block.Addend + piece.Row * block.AddendStride + c;
            var (xStride, addendStride, yStride, stream) = (block.XStride, block.AddendStride, block.YStride, block.Stream);
            var ahead = piece.Ahead * xStride;
            for (var rows = piece.Rows; rows > 0; rows--, x += xStride, y += yStride)
            {
                Ahead.Ask<TOperations, TVector>(x + ahead);
                var value = TOperations.MultiplyAdd(TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(x, left), mean), scale, shift);
                if (addend is not null)
                {
                    value = TOperations.Add(value, ColumnBlock.Load<TOperations, TVector>(addend, left));
                    addend += addendStride;
                }
                value = function.Value<TOperations, TVector>(value);
                if (stream)
                    TOperations.StoreNonTemporal(value, y);
                else
                    ColumnBlock.Store<TOperations, TVector>(value, y, left);
            }
        }
    }
}
