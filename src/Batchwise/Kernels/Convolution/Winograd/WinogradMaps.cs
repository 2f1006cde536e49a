using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Batchwise.Kernels;

/// <summary>The transforms between maps and frequencies, for rows of tiles, a vector of channels at a time.</summary>
internal static unsafe class WinogradMaps<TTile, TOperations, TVector>
    where TTile : struct, IWinogradTile
    where TOperations : struct, IVectorOperations<TVector>
    where TVector : struct
{
    // The widest vectors are read and written fastest where they do not cross cache lines.
    private const int Line = 64;

    private static int Square => TTile.Edge * TTile.Edge * TOperations.Width;

    /// <summary>The inputs' squares to frequencies, for some rows of tiles of those in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Input(in WinogradGrid grid, float* x, nint stride, in WinogradOrder order, in FrequencyLayout target, int firstRow, int rows)
    {
        var (edge, width) = (TTile.Edge, TOperations.Width);
        var room = stackalloc float[2 * Square + Line / sizeof(float)];
        var half = Aligned(room);
        var copy = half + Square;
        for (var row = firstRow; row < firstRow + rows; row++)
        {
            for (var column = 0; column < grid.TileColumns; column++)
            {
                var (tile, kind) = (order.Position(row, column), grid.Kind<TTile>(row, column));
                var (top, left) = (row % grid.TileRows * TTile.Size - grid.Top, column * TTile.Size - grid.Left);
                var inside = top >= 0 && left >= 0 && top + edge <= grid.Height && left + edge <= grid.Width;
                // Formed of numbers: a square may begin before the map.
                var from = (nint)((row / grid.TileRows * grid.Height + top) * (long)grid.Width + left) * stride;
                for (var c = 0; c < grid.Channels; c += width)
                {
                    var to = target.At(tile, c);
                    Prefetch(x + from + c + TTile.Size * stride, grid.Width * stride, stride, edge, c);
                    if (inside && grid.Channels - c >= width)
                    {
                        TTile.Input<TOperations, TVector>(kind, x + from + c, grid.Width * stride, stride, to, edge * target.Frequency, target.Frequency, half);
                    }
                    else
                    {
                        Gather(grid, x, from + c, stride, top, left, edge, grid.Channels - c, copy);
                        TTile.Input<TOperations, TVector>(kind, copy, edge * width, width, to, edge * target.Frequency, target.Frequency, half);
                    }
                }
            }
        }
    }

    /// <summary>The gradient of the outputs to frequencies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OutputGradient(in WinogradGrid grid, float* dy, nint stride, in WinogradOrder order, in FrequencyLayout target, int firstRow, int rows)
    {
        var (size, width) = (TTile.Size, TOperations.Width);
        var room = stackalloc float[2 * Square + Line / sizeof(float)];
        var half = Aligned(room);
        var copy = half + Square;
        for (var row = firstRow; row < firstRow + rows; row++)
        {
            for (var column = 0; column < grid.TileColumns; column++)
            {
                var (tile, kind) = (order.Position(row, column), grid.Kind<TTile>(row, column));
                var (top, left) = (row % grid.TileRows * size, column * size);
                var inside = top + size <= grid.Height && left + size <= grid.Width;
                var from = (nint)((row / grid.TileRows * grid.Height + top) * (long)grid.Width + left) * stride;
                for (var c = 0; c < grid.Channels; c += width)
                {
                    var to = target.At(tile, c);
                    Prefetch(dy + from + c + size * stride, grid.Width * stride, stride, size, c);
                    if (inside && grid.Channels - c >= width)
                    {
                        TTile.OutputGradient<TOperations, TVector>(kind, dy + from + c, grid.Width * stride, stride, to, TTile.Edge * target.Frequency, target.Frequency, half);
                    }
                    else
                    {
                        Gather(grid, dy, from + c, stride, top, left, size, grid.Channels - c, copy);
                        TTile.OutputGradient<TOperations, TVector>(kind, copy, size * width, width, to, TTile.Edge * target.Frequency, target.Frequency, half);
                    }
                }
            }
        }
    }

    /// <summary>Frequencies to outputs, for a part of the channels; the layout's channel 0 is the first of the part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Output(
        in WinogradGrid grid, in WinogradOrder order, in FrequencyLayout source, float* y, nint stride, int firstRow, int rows, int firstChannel, int channels, bool accumulate)
    {
        var (size, width) = (TTile.Size, TOperations.Width);
        var room = stackalloc float[2 * Square + Line / sizeof(float)];
        var half = Aligned(room);
        var copy = half + Square;
        for (var row = firstRow; row < firstRow + rows; row++)
        {
            for (var column = 0; column < grid.TileColumns; column++)
            {
                var (tile, kind) = (order.Position(row, column), grid.Kind<TTile>(row, column));
                var (top, left) = (row % grid.TileRows * size, column * size);
                var (height, breadth) = (Math.Min(size, grid.Height - top), Math.Min(size, grid.Width - left));
                var to = y + (nint)((row / grid.TileRows * grid.Height + top) * (long)grid.Width + left) * stride + firstChannel;
                for (var c = 0; c < channels; c += width)
                {
                    var from = source.At(tile, c);
                    Prefetch(to + c + (2 * size - TTile.Edge) * stride, grid.Width * stride, stride, size, c);
                    if (!accumulate && height == size && breadth == size && channels - c >= width)
                    {
                        TTile.Output<TOperations, TVector>(kind, from, TTile.Edge * source.Frequency, source.Frequency, to + c, grid.Width * stride, stride, half);
                        continue;
                    }
                    TTile.Output<TOperations, TVector>(kind, from, TTile.Edge * source.Frequency, source.Frequency, copy, size * width, width, half);
                    for (var i = 0; i < height; i++)
                    {
                        for (var j = 0; j < breadth; j++)
                        {
                            var place = to + c + (nint)(i * grid.Width + j) * stride;
                            var value = TOperations.Load(copy + (i * size + j) * width);
                            if (accumulate)
                                value = TOperations.Add(ColumnBlock.Load<TOperations, TVector>(place, channels - c), value);
                            ColumnBlock.Store<TOperations, TVector>(value, place, channels - c);
                        }
                    }
                }
            }
        }
    }

    /// <summary>A square with zeros for what lies outside the map.</summary>
    private static void Gather(in WinogradGrid grid, float* map, nint from, nint stride, int top, int left, int edge, int channels, float* copy)
    {
        for (var i = 0; i < edge; i++)
        {
            for (var j = 0; j < edge; j++, copy += TOperations.Width)
            {
                var inside = (uint)(top + i) < (uint)grid.Height && (uint)(left + j) < (uint)grid.Width;
                TOperations.Store(inside ? ColumnBlock.Load<TOperations, TVector>(map + from + (nint)(i * grid.Width + j) * stride, channels) : TOperations.Zero, copy);
            }
        }
    }

    /// <summary>
    /// Asks for the next tile's values of some channels, those that this one has not read: so many places apart no prefetcher sees
    /// them come. An address outside the map is no fault.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(float* next, nint row, nint column, int edge, int channel)
    {
        if (!Sse.IsSupported || channel % (Line / sizeof(float)) != 0)
            return;
        next += (edge - TTile.Size) * column;
        for (var i = 0; i < edge; i++, next += row)
        {
            for (var j = 0; j < TTile.Size; j++)
                Sse.Prefetch0(next + j * column);
        }
    }

    private static float* Aligned(float* room) => (float*)(((nint)room + Line - 1) & -Line);
}
