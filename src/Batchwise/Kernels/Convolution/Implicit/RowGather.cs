using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>
/// Copies what a convolution multiplies into rows: for consecutive places of a grid, a part of [taps, channels] of the source, zero
/// where the source ends. The part is small enough for a cache; the whole of it is never in memory.
/// </summary>
internal static unsafe class RowGather<TOperations, TVector>
    where TOperations : struct, IVectorOperations<TVector>
    where TVector : struct
{
    /// <summary>target[p, k - first] = the source at place <paramref name="place"/> + p, for k = tap x channels + channel.</summary>
    /// <param name="map">Which places.</param>
    /// <param name="source">The first channel of the source's first place.</param>
    /// <param name="stride">Floats from one place of the source to the next.</param>
    /// <param name="channels">Channels that are taken.</param>
    /// <param name="place">The first place of the grid, counted through all samples.</param>
    /// <param name="places">How many.</param>
    /// <param name="first">The first k.</param>
    /// <param name="count">How many k.</param>
    /// <param name="target">[places, count].</param>
    /// <param name="targetRow">Floats from one row of the target to the next.</param>
    public static void Run(PlaceMap map, float* source, int stride, int channels, int place, int places, int first, int count, float* target, nint targetRow)
    {
        var (row, column) = Math.DivRem(place, map.Width);
        while (places > 0)
        {
            var (sample, i) = Math.DivRem(row, map.Height);
            var segment = Math.Min(places, map.Width - column);
            Segment(map, source + (nint)sample * map.SourceHeight * map.SourceWidth * stride, stride, channels, i, column, segment, first, first + count, target, targetRow);
            target += segment * targetRow;
            places -= segment;
            column = 0;
            row++;
        }
    }

    /// <summary>Places of one row of the grid.</summary>
    private static void Segment(PlaceMap map, float* source, int stride, int channels, int i, int column, int places, int first, int end, float* target, nint targetRow)
    {
        var taps = map.Taps.AsSpan();
        var runs = map.Runs.AsSpan();
        var whole = stride == channels;
        for (var k = first; k < end;)
        {
            var (tap, channel) = Math.DivRem(k, channels);
            var run = whole ? runs[tap] : 1;
            var length = Math.Min(end - k, run * channels - channel);
            run = (channel + length + channels - 1) / channels;
            var y = i * map.StepY + taps[tap].Y;
            if ((uint)y >= (uint)map.SourceHeight)
            {
                Clear(target, targetRow, places, length);
            }
            else
            {
                // Places whose whole run lies inside the source; those before and behind are at its edges.
                var x = taps[tap].X;
                var inside = Math.Clamp(Ceiling(-x, map.StepX) - column, 0, places);
                var outside = Math.Clamp(Ceiling(map.SourceWidth - (x + run - 1), map.StepX) - column, inside, places);
                var from = source + ((nint)y * map.SourceWidth + (nint)column * map.StepX + x) * stride + channel;
                Edge(map, from, stride, channels, channel, column, x, 0, inside, length, target, targetRow);
                Copy(from + (nint)inside * map.StepX * stride, (nint)map.StepX * stride, target + inside * targetRow, targetRow, outside - inside, length);
                Edge(map, from, stride, channels, channel, column, x, outside, places, length, target, targetRow);
            }
            k += length;
            target += length;
        }
    }

    /// <summary>Places whose run lies at an edge of the source: channel by channel as much of it as there is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Edge(PlaceMap map, float* from, int stride, int channels, int channel, int column, int x, int firstPlace, int endPlace, int length, float* target, nint targetRow)
    {
        for (var place = firstPlace; place < endPlace; place++)
        {
            var place0 = (column + place) * map.StepX + x;
            var source = from + (nint)place * map.StepX * stride;
            var row = target + place * targetRow;
            // Where the source begins and ends, in floats from the run's first.
            var begin = Math.Clamp((long)-place0 * channels - channel, 0, length);
            var end = Math.Clamp((long)(map.SourceWidth - place0) * channels - channel, begin, length);
            Zero(row, (int)begin);
            for (var k = (int)begin; k < end; k += TOperations.Width)
                ColumnBlock.Store<TOperations, TVector>(ColumnBlock.Load<TOperations, TVector>(source + k, (int)end - k), row + k, (int)end - k);
            Zero(row + end, length - (int)end);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(float* source, nint sourceRow, float* target, nint targetRow, int rows, int length)
    {
        var width = TOperations.Width;
        if (length < width)
        {
            for (; rows > 0; rows--, source += sourceRow, target += targetRow)
                TOperations.StorePartial(TOperations.LoadPartial(source, length), target, length);
            return;
        }
        // The last vector overlaps the one before it.
        var last = length - width;
        if (last <= width)
        {
            for (; rows > 0; rows--, source += sourceRow, target += targetRow)
            {
                TOperations.Store(TOperations.Load(source), target);
                TOperations.Store(TOperations.Load(source + last), target + last);
            }
            return;
        }
        for (; rows > 0; rows--, source += sourceRow, target += targetRow)
        {
            for (var i = 0; i < last; i += width)
                TOperations.Store(TOperations.Load(source + i), target + i);
            TOperations.Store(TOperations.Load(source + last), target + last);
        }
    }

    private static void Clear(float* target, nint targetRow, int rows, int length)
    {
        for (; rows > 0; rows--, target += targetRow)
            Zero(target, length);
    }

    private static void Zero(float* target, int length)
    {
        for (var k = 0; k < length; k += TOperations.Width)
            ColumnBlock.Store<TOperations, TVector>(TOperations.Zero, target + k, length - k);
    }

    private static int Ceiling(int value, int divisor) => value <= 0 ? -(-value / divisor) : (value + divisor - 1) / divisor;
}
