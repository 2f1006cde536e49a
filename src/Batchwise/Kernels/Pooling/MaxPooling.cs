using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>
/// The largest value under each window, channel by channel, NaN above all else, and of equal ones the first in row order. A line of
/// x is read once: what is largest in it under each window's columns stays in scratch for all lines of y that see it.
/// </summary>
internal static unsafe class MaxPooling
{
    /// <summary>Floats that the winners of one place of y take, all channels together.</summary>
    public static int WinnerStride(in PoolShape shape) => InBytes(shape) ? shape.PaddedChannels / sizeof(float) : shape.PaddedChannels;

    /// <summary>Whether a winner fits a byte.</summary>
    public static bool InBytes(in PoolShape shape) => Math.Max(shape.WindowHeight, shape.WindowWidth) <= ByteWinners.Most;

    /// <summary>Floats of scratch that a task needs: as many lines as the window has, and one of x in case it is normalized first.</summary>
    public static long Scratch(in PoolShape shape) => KeptLines(shape) + (long)shape.Width * shape.Channels;

    private static long KeptLines(in PoolShape shape) => (long)shape.MostLines * shape.OutWidth * (shape.PaddedChannels + WinnerStride(shape));

    /// <summary>Computes lines of y.</summary>
    /// <param name="shape">The pool.</param>
    /// <param name="x">The maps: [N Height Width, Channels].</param>
    /// <param name="xStride">Floats from one place of x to the next.</param>
    /// <param name="y">Receives the largest values: [N OutHeight OutWidth, Channels].</param>
    /// <param name="yStride">Floats from one place of y to the next.</param>
    /// <param name="winners">Receives which values these are, for backward: <see cref="WinnerStride"/> floats per place of y; empty if nobody asks.</param>
    /// <param name="firstLine">The first line of y, counted through the batch.</param>
    /// <param name="lines">How many lines.</param>
    /// <param name="scratch"><see cref="Scratch"/> floats.</param>
    public static void Run(
        in PoolShape shape, ReadOnlySpan<float> x, int xStride, Span<float> y, int yStride, Span<float> winners, int firstLine, int lines, Span<float> scratch) =>
        Run(shape, x, xStride, y, yStride, winners, firstLine, lines, scratch, normalized: false, default, default);

    /// <summary>Computes lines of y from f((x - mean) scale + shift), each line of x normalized as it is read.</summary>
    /// <param name="shape">The pool.</param>
    /// <param name="x">The maps: [N Height Width, Channels].</param>
    /// <param name="xStride">Floats from one place of x to the next.</param>
    /// <param name="vectors">All channels.</param>
    /// <param name="function">f.</param>
    /// <param name="y">Receives the largest values: [N OutHeight OutWidth, Channels].</param>
    /// <param name="yStride">Floats from one place of y to the next.</param>
    /// <param name="winners">Receives which values these are, as above.</param>
    /// <param name="firstLine">The first line of y, counted through the batch.</param>
    /// <param name="lines">How many lines.</param>
    /// <param name="scratch"><see cref="Scratch"/> floats.</param>
    public static void RunNormalized(
        in PoolShape shape, ReadOnlySpan<float> x, int xStride, in NormalizationVectors vectors, ActivationFunction function, Span<float> y, int yStride,
        Span<float> winners, int firstLine, int lines, Span<float> scratch) =>
        Run(shape, x, xStride, y, yStride, winners, firstLine, lines, scratch, normalized: true, vectors, function);

    private static void Run(
        in PoolShape shape, ReadOnlySpan<float> x, int xStride, Span<float> y, int yStride, Span<float> winners, int firstLine, int lines, Span<float> scratch,
        bool normalized, in NormalizationVectors vectors, ActivationFunction function)
    {
        var end = firstLine + lines;
        shape.Require("x", PoolShape.WholeMaps(end, shape.OutHeight, shape.Height), shape.Width, x.Length, xStride);
        shape.Require("y", end, shape.OutWidth, y.Length, yStride);
        PoolShape.RequireScratch(Scratch(shape), scratch.Length);
        if (winners.Length > 0 && winners.Length < (long)end * shape.OutWidth * WinnerStride(shape))
            throw new ArgumentException($"The winners of {end} lines of a pool take {(long)end * shape.OutWidth * WinnerStride(shape)} floats, not {winners.Length}.");
        Span<float> mean = default, scale = default, shift = default;
        if (normalized)
        {
            mean = vectors.Mean;
            scale = vectors.Scale;
            shift = vectors.Shift;
        }
        fixed (float* px = x, py = y, pw = winners, ps = scratch, pMean = mean, pScale = scale, pShift = shift)
        {
            var work = new Work(px, xStride, py, yStride, pw, ps, pMean, pScale, pShift, function, firstLine, lines);
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
        var keptLine = (nint)shape.OutWidth * shape.PaddedChannels;
        var winnerLine = (nint)shape.OutWidth * WinnerStride(shape);
        var keptWinners = work.Scratch + shape.MostLines * keptLine;
        var normalizedLine = work.Scratch + KeptLines(shape);
        var done = 0;
        for (var line = work.FirstLine; line < work.FirstLine + work.Lines; line++)
        {
            var (sample, i) = Math.DivRem(line, shape.OutHeight);
            var seen = shape.LinesOf(i);
            done = i == 0 || line == work.FirstLine ? seen.First : Math.Max(done, seen.First);
            for (; done < seen.First + seen.Count; done++)
            {
                // Lines under one window differ modulo how many there can be.
                var place = done % shape.MostLines;
                var source = work.X + ((long)sample * shape.Height + done) * shape.Width * work.XStride;
                var stride = work.XStride;
                if (work.Mean is not null)
                {
                    NormalizeRows.Run(
                        source, stride, normalizedLine, shape.Channels, work.Mean, work.Scale, work.Shift, shape.Width, shape.Channels, work.Function);
                    source = normalizedLine;
                    stride = shape.Channels;
                }
                Across<TWinners, TOperations, TVector>(
                    shape, source, stride, done, work.Scratch + place * keptLine, keptWinners + place * winnerLine);
            }
            Down<TWinners, TOperations, TVector>(
                shape, work.Scratch, keptWinners, seen, work.Y + (long)line * shape.OutWidth * work.YStride, work.YStride, work.Winners + line * winnerLine);
        }
    }

    /// <summary>The largest values of a line of x under the columns of each window.</summary>
    private static void Across<TWinners, TOperations, TVector>(in PoolShape shape, float* x, nint xStride, int row, float* kept, float* winners)
        where TWinners : struct, IWinnerStore
        where TOperations : IWinnerOperations<TVector>
        where TVector : struct
    {
        var (channels, width, keptStride, winnerStride) = (shape.Channels, shape.Width, (nint)shape.PaddedChannels, (nint)WinnerStride(shape));
        for (var j = 0; j < shape.OutWidth; j++)
        {
            var seen = shape.ColumnsOf(j);
            var source = x + seen.First * xStride;
            var target = kept + j * keptStride;
            var targetWinners = winners + j * winnerStride;
            var first = TOperations.Place(TWinners.Code(row, seen.First, width));
            var second = TOperations.Place(TWinners.Code(row, seen.First + 1, width));
            var third = TOperations.Place(TWinners.Code(row, seen.First + 2, width));
            for (var c = 0; c < channels; c += TOperations.Width)
            {
                var left = channels - c;
                var largest = ColumnBlock.Load<TOperations, TVector>(source + c, left);
                var winner = first;
                if (seen.Count > 1)
                    Take<TWinners, TOperations, TVector>(ColumnBlock.Load<TOperations, TVector>(source + xStride + c, left), second, ref largest, ref winner);
                if (seen.Count > 2)
                    Take<TWinners, TOperations, TVector>(ColumnBlock.Load<TOperations, TVector>(source + 2 * xStride + c, left), third, ref largest, ref winner);
                for (var v = 3; v < seen.Count; v++)
                {
                    Take<TWinners, TOperations, TVector>(
                        ColumnBlock.Load<TOperations, TVector>(source + v * xStride + c, left), TOperations.Place(TWinners.Code(row, seen.First + v, width)),
                        ref largest, ref winner);
                }
                TOperations.Store(largest, target + c);
                TWinners.Store<TOperations, TVector>(winner, targetWinners, c);
            }
        }
    }

    /// <summary>The largest values of a line of y, from those of the lines of x that it sees.</summary>
    private static void Down<TWinners, TOperations, TVector>(in PoolShape shape, float* kept, float* keptWinners, Seen seen, float* y, nint yStride, float* winners)
        where TWinners : struct, IWinnerStore
        where TOperations : IWinnerOperations<TVector>
        where TVector : struct
    {
        var (channels, height, keptStride, winnerStride) = (shape.Channels, shape.MostLines, (nint)shape.PaddedChannels, (nint)WinnerStride(shape));
        var (keptLine, winnerLine) = (shape.OutWidth * keptStride, shape.OutWidth * winnerStride);
        var (first, second, third) = (seen.First % height, (seen.First + 1) % height, (seen.First + 2) % height);
        for (var j = 0; j < shape.OutWidth; j++)
        {
            var values = kept + j * keptStride;
            var places = keptWinners + j * winnerStride;
            var target = y + j * yStride;
            var targetWinners = winners + j * winnerStride;
            for (var c = 0; c < channels; c += TOperations.Width)
            {
                var largest = TOperations.Load(values + first * keptLine + c);
                var winner = TWinners.Load<TOperations, TVector>(places + first * winnerLine, c);
                if (seen.Count > 1)
                {
                    Take<TWinners, TOperations, TVector>(
                        TOperations.Load(values + second * keptLine + c), TWinners.Load<TOperations, TVector>(places + second * winnerLine, c), ref largest, ref winner);
                }
                if (seen.Count > 2)
                {
                    Take<TWinners, TOperations, TVector>(
                        TOperations.Load(values + third * keptLine + c), TWinners.Load<TOperations, TVector>(places + third * winnerLine, c), ref largest, ref winner);
                }
                for (var u = 3; u < seen.Count; u++)
                {
                    var line = (seen.First + u) % height;
                    Take<TWinners, TOperations, TVector>(
                        TOperations.Load(values + line * keptLine + c), TWinners.Load<TOperations, TVector>(places + line * winnerLine, c), ref largest, ref winner);
                }
                ColumnBlock.Store<TOperations, TVector>(largest, target + c, channels - c);
                TWinners.Store<TOperations, TVector>(winner, targetWinners, c);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take<TWinners, TOperations, TVector>(TVector value, TVector place, ref TVector largest, ref TVector winner)
        where TWinners : struct, IWinnerStore
        where TOperations : IWinnerOperations<TVector>
        where TVector : struct
    {
        var exceeds = TOperations.Exceeds(value, largest);
        largest = TOperations.Select(exceeds, value, largest);
        if (TWinners.Keeps)
            winner = TOperations.Select(exceeds, place, winner);
    }

    private readonly struct Work(
        float* x, nint xStride, float* y, nint yStride, float* winners, float* scratch, float* mean, float* scale, float* shift, ActivationFunction function,
        int firstLine, int lines)
    {
        public readonly float* X = x;
        public readonly nint XStride = xStride;
        public readonly float* Y = y;
        public readonly nint YStride = yStride;
        public readonly float* Winners = winners;
        public readonly float* Scratch = scratch;

        /// <summary>Null where x is taken as it is.</summary>
        public readonly float* Mean = mean;
        public readonly float* Scale = scale;
        public readonly float* Shift = shift;
        public readonly ActivationFunction Function = function;
        public readonly int FirstLine = firstLine;
        public readonly int Lines = lines;
    }
}
