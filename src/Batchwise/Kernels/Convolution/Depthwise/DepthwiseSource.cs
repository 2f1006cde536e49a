using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>
/// The source of a depthwise map, copied for some rows of the grid with zeros around it, every channel repeated for each of its outputs:
/// so that all taps of all places are read by fixed offsets, whatever the edges and the multiplier.
/// </summary>
internal sealed unsafe class DepthwiseSource<TOperations, TVector>
    where TOperations : struct, IVectorOperations<TVector>
    where TVector : struct
{
    private readonly PlaceMap map;
    private readonly int multiplier;
    private readonly int lanes;
    private readonly int top;
    private readonly int left;
    private readonly int rowsOfTaps;
    private readonly int width;

    /// <param name="map">The places.</param>
    /// <param name="multiplier">Times that every channel of the source is repeated.</param>
    /// <param name="lanes">Floats from one place of the copy to the next.</param>
    public DepthwiseSource(PlaceMap map, int multiplier, int lanes)
    {
        (this.map, this.multiplier, this.lanes) = (map, multiplier, lanes);
        var taps = map.Taps;
        if (!taps.IsEmpty)
        {
            (top, left) = (taps.Min(tap => tap.Y), taps.Min(tap => tap.X));
            rowsOfTaps = taps.Max(tap => tap.Y) - top + 1;
            width = (map.Width - 1) * map.StepX + taps.Max(tap => tap.X) - left + 1;
        }
        Offsets = [.. taps.Select(tap => ((tap.Y - top) * width + tap.X - left) * lanes)];
    }

    /// <summary>The places.</summary>
    public PlaceMap Map => map;

    /// <summary>Where every tap lies, in floats from a place's first.</summary>
    public ImmutableArray<int> Offsets { get; }

    /// <summary>Floats of the copy from one column of the grid to the next.</summary>
    public int Column => map.StepX * lanes;

    /// <summary>Floats of the copy from one row of the grid to the next.</summary>
    public int Row => map.StepY * width * lanes;

    /// <summary>Floats of the copy for so many rows of the grid.</summary>
    public long Floats(int rows) => rows == 0 || map.Taps.IsEmpty ? 0 : ((rows - 1L) * map.StepY + rowsOfTaps) * width * lanes;

    /// <summary>Copies the source of some rows of the grid.</summary>
    /// <param name="source">The first channel of the block, at the first place of the sample.</param>
    /// <param name="stride">Floats from one place of the source to the next.</param>
    /// <param name="channels">Channels of the block.</param>
    /// <param name="row">The first row of the grid.</param>
    /// <param name="rows">How many.</param>
    /// <param name="target">Where to.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(float* source, int stride, int channels, int row, int rows, float* target)
    {
        if (Floats(rows) == 0)
            return;
        var first = row * map.StepY + top;
        var (times, lanes) = (multiplier, this.lanes);
        for (var y = first; y < first + (rows - 1) * map.StepY + rowsOfTaps; y++, target += (nint)width * lanes)
        {
            // The columns of the source that there are; zeros before and behind them.
            var inside = (uint)y < (uint)map.SourceHeight;
            var begin = inside ? Math.Clamp(-left, 0, width) : width;
            var end = inside ? Math.Clamp(map.SourceWidth - left, begin, width) : width;
            new Span<float>(target, begin * lanes).Clear();
            for (var x = begin; x < end; x++)
                Place(source + ((nint)y * map.SourceWidth + left + x) * stride, channels, times, target + (nint)x * lanes, lanes);
            new Span<float>(target + (nint)end * lanes, (width - end) * lanes).Clear();
        }
    }

    /// <summary>One place: lanes that no output has are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Place(float* from, int channels, int multiplier, float* to, int lanes)
    {
        var used = channels * multiplier;
        if (multiplier == 1)
        {
            for (var lane = 0; lane < lanes; lane += TOperations.Width)
                TOperations.Store(ColumnBlock.Load<TOperations, TVector>(from + lane, Math.Max(used - lane, 0)), to + lane);
            return;
        }
        for (var lane = used / TOperations.Width * TOperations.Width; lane < lanes; lane += TOperations.Width)
            TOperations.Store(TOperations.Zero, to + lane);
        for (var channel = 0; channel < channels; channel++, to += multiplier)
        {
            var value = TOperations.Broadcast(from[channel]);
            for (var lane = 0; lane < multiplier; lane += TOperations.Width)
                ColumnBlock.Store<TOperations, TVector>(value, to + lane, multiplier - lane);
        }
    }
}
