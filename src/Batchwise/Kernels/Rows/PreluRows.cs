using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>The parametric rectifier over a block of rows; the sign is told from the input, since a slope may be negative.</summary>
internal static unsafe class PreluRows
{
    private const int RowsTogether = 4;

    /// <summary>y = x above zero and slope x below.</summary>
    /// <param name="x">The block: [rows, channels], dense, with as many channels as there are slopes.</param>
    /// <param name="slope">One per channel.</param>
    /// <param name="y">Receives the result, laid out alike.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="stream">Whether to write past the cache.</param>
    public static void Forward(ReadOnlySpan<float> x, ReadOnlySpan<float> slope, Span<float> y, int rows, bool stream)
    {
        if (x.Length < (long)rows * slope.Length || y.Length < (long)rows * slope.Length)
            throw new ArgumentException("The block is too short.");
        fixed (float* px = x, ps = slope, py = y)
            Run(new Block(px, null, py, ps, null, rows, slope.Length, false, stream));
    }

    /// <summary>dx = dy above zero and slope dy below, or dx increased by it; the sum of x dy below zero of every channel.</summary>
    /// <param name="x">The block: [rows, channels], dense, with as many channels as there are slopes.</param>
    /// <param name="dy">The gradient of the result, laid out alike.</param>
    /// <param name="slope">One per channel.</param>
    /// <param name="dx">Receives the gradient of x, laid out alike; empty if it is not wanted.</param>
    /// <param name="sums">Receives the sums, one per channel.</param>
    /// <param name="rows">How many rows, at most <see cref="ColumnBlock.RowsInSingle"/>.</param>
    /// <param name="accumulate">Whether to add to what dx holds.</param>
    /// <param name="stream">Whether to write past the cache; not together with accumulate.</param>
    public static void Backward(
        ReadOnlySpan<float> x, ReadOnlySpan<float> dy, ReadOnlySpan<float> slope, Span<float> dx, Span<float> sums, int rows, bool accumulate, bool stream)
    {
        if (x.Length < (long)rows * slope.Length || dy.Length < (long)rows * slope.Length || (!dx.IsEmpty && dx.Length < (long)rows * slope.Length) || sums.Length != slope.Length)
            throw new ArgumentException("The block or what receives its sums is too short.");
        sums.Clear();
        fixed (float* px = x, pdy = dy, ps = slope, pdx = dx, pds = sums)
            Run(new Block(px, pdy, pdx, ps, pds, rows, slope.Length, accumulate, stream && !accumulate));
    }

    private static void Run(in Block block)
    {
        switch (InstructionSet.Current)
        {
            case KernelKind.Vector512: Run<Vector512Operations, Vector512<float>>(block); break;
            case KernelKind.Vector256: Run<Vector256Operations, Vector256<float>>(block); break;
            case KernelKind.Vector128: Run<Vector128Operations, Vector128<float>>(block); break;
            default: Run<ScalarOperations, float>(block); break;
        }
    }

    private static void Run<TOperations, TVector>(in Block block)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var width = TOperations.Width;
        var stream = block.Stream && block.Channels % width == 0 && (nint)block.Target % (width * sizeof(float)) == 0;
        if (block.Dy is null)
        {
            for (var row = 0; row < block.Rows; row++)
                Forward<TOperations, TVector>(block, row * (nint)block.Channels, stream);
            return;
        }
        var r = 0;
        for (; r + RowsTogether <= block.Rows; r += RowsTogether)
            Four<TOperations, TVector>(block, r * (nint)block.Channels, stream);
        for (; r < block.Rows; r++)
            One<TOperations, TVector>(block, r * (nint)block.Channels, stream);
    }

    private static void Forward<TOperations, TVector>(in Block block, nint start, bool stream)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var x = block.X + start;
        var y = block.Target + start;
        var slopes = block.Slope;
        var channels = block.Channels;
        for (var c = 0; c < channels; c += TOperations.Width)
        {
            var left = channels - c;
            var value = ColumnBlock.Load<TOperations, TVector>(x + c, left);
            var below = TOperations.Multiply(value, ColumnBlock.Load<TOperations, TVector>(slopes + c, left));
            value = TOperations.Select(TOperations.GreaterThan(value, TOperations.Zero), value, below);
            if (stream)
                TOperations.StoreNonTemporal(value, y + c);
            else
                ColumnBlock.Store<TOperations, TVector>(value, y + c, left);
        }
    }

    private static void Four<TOperations, TVector>(in Block block, nint start, bool stream)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var channels = block.Channels;
        var slopes = block.Slope;
        var sums = block.Sums;
        for (var c = 0; c < channels; c += TOperations.Width)
        {
            var left = channels - c;
            var slope = ColumnBlock.Load<TOperations, TVector>(slopes + c, left);
            var place = start + c;
            var p0 = Place<TOperations, TVector>(block, slope, place, left, stream);
            var p1 = Place<TOperations, TVector>(block, slope, place + channels, left, stream);
            var p2 = Place<TOperations, TVector>(block, slope, place + 2 * (nint)channels, left, stream);
            var p3 = Place<TOperations, TVector>(block, slope, place + 3 * (nint)channels, left, stream);
            var sum = TOperations.Add(TOperations.Add(p0, p1), TOperations.Add(p2, p3));
            ColumnBlock.Store<TOperations, TVector>(TOperations.Add(ColumnBlock.Load<TOperations, TVector>(sums + c, left), sum), sums + c, left);
        }
    }

    private static void One<TOperations, TVector>(in Block block, nint start, bool stream)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        for (var c = 0; c < block.Channels; c += TOperations.Width)
        {
            var left = block.Channels - c;
            var product = Place<TOperations, TVector>(block, ColumnBlock.Load<TOperations, TVector>(block.Slope + c, left), start + c, left, stream);
            ColumnBlock.Store<TOperations, TVector>(TOperations.Add(ColumnBlock.Load<TOperations, TVector>(block.Sums + c, left), product), block.Sums + c, left);
        }
    }

    /// <summary>dx at one place; gives x dy where x is not above zero, 0 elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Place<TOperations, TVector>(in Block block, TVector slope, nint place, int left, bool stream)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var x = ColumnBlock.Load<TOperations, TVector>(block.X + place, left);
        var dy = ColumnBlock.Load<TOperations, TVector>(block.Dy + place, left);
        var above = TOperations.GreaterThan(x, TOperations.Zero);
        if (block.Target is not null)
        {
            var dx = TOperations.Select(above, dy, TOperations.Multiply(dy, slope));
            if (block.Accumulate)
                dx = TOperations.Add(dx, ColumnBlock.Load<TOperations, TVector>(block.Target + place, left));
            if (stream)
                TOperations.StoreNonTemporal(dx, block.Target + place);
            else
                ColumnBlock.Store<TOperations, TVector>(dx, block.Target + place, left);
        }
        return TOperations.Select(above, TOperations.Zero, TOperations.Multiply(x, dy));
    }

    private readonly struct Block(
        float* x, float* dy, float* target, float* slope, float* sums, int rows, int channels, bool accumulate, bool stream)
    {
        public readonly float* X = x;
        public readonly float* Dy = dy;
        public readonly float* Target = target;
        public readonly float* Slope = slope;
        public readonly float* Sums = sums;
        public readonly int Rows = rows;
        public readonly int Channels = channels;
        public readonly bool Accumulate = accumulate;
        public readonly bool Stream = stream;
    }
}
