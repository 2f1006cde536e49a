using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>The largest value under each window, channel by channel, NaN above all else, and which of equal ones came first.</summary>
internal static unsafe class MaxPooling
{
    private const int PlacesInBytes = 256;

    // Rows of winners are read and written by whole vectors, of up to sixteen lanes.
    private const int Lanes = 16;

    /// <summary>Floats that the winners of one place of y take, all channels together.</summary>
    public static int WinnerStride(in PoolShape shape)
    {
        var lanes = (shape.Channels + Lanes - 1) / Lanes * Lanes;
        return InBytes(shape) ? lanes / sizeof(float) : lanes;
    }

    /// <summary>Whether a winner fits a byte.</summary>
    public static bool InBytes(in PoolShape shape) => shape.Places <= PlacesInBytes;

    /// <summary>Computes lines of y.</summary>
    /// <param name="shape">The pool.</param>
    /// <param name="x">The maps: [N Height Width, Channels].</param>
    /// <param name="xStride">Floats from one place of x to the next.</param>
    /// <param name="y">Receives the largest values: [N OutHeight OutWidth, Channels].</param>
    /// <param name="yStride">Floats from one place of y to the next.</param>
    /// <param name="winners">Receives which values these are, for backward: <see cref="WinnerStride"/> floats per place of y; empty if nobody asks.</param>
    /// <param name="firstLine">The first line of y, counted through the batch.</param>
    /// <param name="lines">How many lines.</param>
    public static void Run(
        in PoolShape shape, ReadOnlySpan<float> x, int xStride, Span<float> y, int yStride, Span<float> winners, int firstLine, int lines)
    {
        var end = firstLine + lines;
        shape.Require("x", PoolShape.WholeMaps(end, shape.OutHeight, shape.Height), shape.Width, x.Length, xStride);
        shape.Require("y", end, shape.OutWidth, y.Length, yStride);
        if (winners.Length > 0 && winners.Length < (long)end * shape.OutWidth * WinnerStride(shape))
            throw new ArgumentException($"The winners of {end} lines of a pool take {(long)end * shape.OutWidth * WinnerStride(shape)} floats, not {winners.Length}.");
        fixed (float* px = x, py = y, pw = winners)
        {
            var work = new Work(px, xStride, py, yStride, pw, firstLine, lines);
            if (pw is null)
                Run<NoWinners>(shape, work);
            else if (InBytes(shape))
                Run<ByteWinners>(shape, work);
            else
                Run<WideWinners>(shape, work);
        }
    }

    private static void Run<TWinners>(in PoolShape shape, in Work work)
        where TWinners : struct, IWinnerStore
    {
        switch (InstructionSet.Current)
        {
            case KernelKind.Vector512: Run<TWinners, Vector512Operations, Vector512<float>>(shape, work); break;
            case KernelKind.Vector256: Run<TWinners, Vector256Operations, Vector256<float>>(shape, work); break;
            case KernelKind.Vector128: Run<TWinners, Vector128Operations, Vector128<float>>(shape, work); break;
            default: Run<TWinners, ScalarOperations, float>(shape, work); break;
        }
    }

    private static void Run<TWinners, TOperations, TVector>(in PoolShape shape, in Work work)
        where TWinners : struct, IWinnerStore
        where TOperations : IWinnerOperations<TVector>
        where TVector : struct
    {
        var xLine = shape.Width * work.XStride;
        var winnerStride = WinnerStride(shape);
        for (var line = work.FirstLine; line < work.FirstLine + work.Lines; line++)
        {
            var (sample, i) = Math.DivRem(line, shape.OutHeight);
            var rows = shape.LinesOf(i);
            var input = work.X + ((long)sample * shape.Height + rows.First) * xLine;
            for (var j = 0; j < shape.OutWidth; j++)
            {
                var columns = shape.ColumnsOf(j);
                var place = (long)line * shape.OutWidth + j;
                var window = new Window(
                    input + columns.First * work.XStride, xLine, work.XStride, rows.Count, columns.Count,
                    rows.Before * shape.WindowWidth + columns.Before, shape.WindowWidth);
                Largest<TWinners, TOperations, TVector>(window, work.Y + place * work.YStride, work.Winners + place * winnerStride, shape.Channels);
            }
        }
    }

    private static void Largest<TWinners, TOperations, TVector>(in Window window, float* y, float* winners, int channels)
        where TWinners : struct, IWinnerStore
        where TOperations : IWinnerOperations<TVector>
        where TVector : struct
    {
        for (var c = 0; c < channels; c += TOperations.Width)
        {
            var left = channels - c;
            var largest = TOperations.Broadcast(float.NegativeInfinity);
            var winner = TOperations.Place(window.First);
            for (var u = 0; u < window.Lines; u++)
            {
                var line = window.X + u * window.XLine + c;
                for (var v = 0; v < window.Columns; v++)
                {
                    var value = ColumnBlock.Load<TOperations, TVector>(line + v * window.XStride, left);
                    var wins = TOperations.Exceeds(value, largest);
                    largest = TOperations.Select(wins, value, largest);
                    if (TWinners.Keeps)
                        winner = TOperations.Select(wins, TOperations.Place(window.First + u * window.Width + v), winner);
                }
            }
            ColumnBlock.Store<TOperations, TVector>(largest, y + c, left);
            TWinners.Store<TOperations, TVector>(winner, winners, c);
        }
    }

    /// <summary>What a window sees: where its part of x begins, how large that is, and the number of its first place.</summary>
    private readonly struct Window(float* x, nint xLine, nint xStride, int lines, int columns, int first, int width)
    {
        public readonly float* X = x;
        public readonly nint XLine = xLine;
        public readonly nint XStride = xStride;
        public readonly int Lines = lines;
        public readonly int Columns = columns;
        public readonly int First = first;
        public readonly int Width = width;
    }

    private readonly struct Work(float* x, nint xStride, float* y, nint yStride, float* winners, int firstLine, int lines)
    {
        public readonly float* X = x;
        public readonly nint XStride = xStride;
        public readonly float* Y = y;
        public readonly nint YStride = yStride;
        public readonly float* Winners = winners;
        public readonly int FirstLine = firstLine;
        public readonly int Lines = lines;
    }
}
