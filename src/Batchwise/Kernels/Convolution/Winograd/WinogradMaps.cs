using System.Runtime.CompilerServices;

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
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Input(in WinogradGrid grid, float* x, nint stride, in WinogradOrder order, in FrequencyLayout<TOperations, TVector> target, int firstRow, int rows)
    {
        var (edge, width) = (TTile.Edge, TOperations.Width);
        nint mapRow = grid.Width * stride, targetRow = edge * target.Frequency;
        var room = stackalloc float[(1 + EdgeCopies.Count) * Square + Line / sizeof(float)];
        var half = Aligned(room);
        var copies = new EdgeCopies(half + Square);
        for (var row = firstRow; row < firstRow + rows; row++)
        {
            var tiles = order.Row<TTile>(row);
            var top = tiles.Number * TTile.Size - grid.Top;
            for (var column = 0; column < grid.TileColumns; column++)
            {
                var left = column * TTile.Size - grid.Left;
                var (kind, part) = (tiles.Kind(column), grid.Part(top, left, edge));
                var isWhole = part.IsWhole(edge);
                var copy = copies.For(part, column, tiles.LastColumn);
                // Formed of numbers: a square may begin before the map.
                var square = x + (nint)((tiles.Sample * grid.Height + top) * (long)grid.Width + left) * stride;
                var position = tiles.Position(column);
                for (var c = 0; c < grid.Channels; c += width, square += width)
                {
                    Prefetch(square + TTile.Size * stride, mapRow, stride, edge, c);
                    if (isWhole && grid.Channels - c >= width)
                    {
                        TTile.Input<TOperations, TVector>(kind, square, mapRow, stride, target.At(position, c), targetRow, target.Frequency, half);
                        continue;
                    }
                    Gather(square, mapRow, stride, part, edge, grid.Channels - c, copy);
                    TTile.Input<TOperations, TVector>(kind, copy, edge * width, width, target.At(position, c), targetRow, target.Frequency, half);
                }
            }
        }
    }

    /// <summary>The gradient of the outputs to frequencies.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OutputGradient(in WinogradGrid grid, float* dy, nint stride, in WinogradOrder order, in FrequencyLayout<TOperations, TVector> target, int firstRow, int rows)
    {
        var (size, width) = (TTile.Size, TOperations.Width);
        nint mapRow = grid.Width * stride, targetRow = TTile.Edge * target.Frequency;
        var room = stackalloc float[(1 + EdgeCopies.Count) * Square + Line / sizeof(float)];
        var half = Aligned(room);
        var copies = new EdgeCopies(half + Square);
        for (var row = firstRow; row < firstRow + rows; row++)
        {
            var tiles = order.Row<TTile>(row);
            var top = tiles.Number * size;
            for (var column = 0; column < grid.TileColumns; column++)
            {
                var left = column * size;
                var (kind, part) = (tiles.Kind(column), grid.Part(top, left, size));
                var isWhole = part.IsWhole(size);
                var copy = copies.For(part, column, tiles.LastColumn);
                var tile = dy + (nint)((tiles.Sample * grid.Height + top) * (long)grid.Width + left) * stride;
                var position = tiles.Position(column);
                for (var c = 0; c < grid.Channels; c += width, tile += width)
                {
                    Prefetch(tile + size * stride, mapRow, stride, size, c);
                    if (isWhole && grid.Channels - c >= width)
                    {
                        TTile.OutputGradient<TOperations, TVector>(kind, tile, mapRow, stride, target.At(position, c), targetRow, target.Frequency, half);
                        continue;
                    }
                    Gather(tile, mapRow, stride, part, size, grid.Channels - c, copy);
                    TTile.OutputGradient<TOperations, TVector>(kind, copy, size * width, width, target.At(position, c), targetRow, target.Frequency, half);
                }
            }
        }
    }

    /// <summary>Frequencies to outputs, for a part of the channels; the layout's channel 0 is the first of the part.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Output(
        in WinogradGrid grid, in WinogradOrder order, in FrequencyLayout<TOperations, TVector> source, float* y, nint stride, int firstRow, int rows, int firstChannel, int channels, bool accumulate)
    {
        var (size, width) = (TTile.Size, TOperations.Width);
        nint mapRow = grid.Width * stride, sourceRow = TTile.Edge * source.Frequency;
        var room = stackalloc float[2 * Square + Line / sizeof(float)];
        var half = Aligned(room);
        var copy = half + Square;
        for (var row = firstRow; row < firstRow + rows; row++)
        {
            var tiles = order.Row<TTile>(row);
            var top = tiles.Number * size;
            for (var column = 0; column < grid.TileColumns; column++)
            {
                var left = column * size;
                var (kind, part) = (tiles.Kind(column), grid.Part(top, left, size));
                var isDirect = !accumulate && part.IsWhole(size);
                var tile = y + (nint)((tiles.Sample * grid.Height + top) * (long)grid.Width + left) * stride + firstChannel;
                var position = tiles.Position(column);
                for (var c = 0; c < channels; c += width, tile += width)
                {
                    Prefetch(tile + (2 * size - TTile.Edge) * stride, mapRow, stride, size, c);
                    if (isDirect && channels - c >= width)
                    {
                        TTile.Output<TOperations, TVector>(kind, source.At(position, c), sourceRow, source.Frequency, tile, mapRow, stride, half);
                        continue;
                    }
                    TTile.Output<TOperations, TVector>(kind, source.At(position, c), sourceRow, source.Frequency, copy, size * width, width, half);
                    Scatter(copy, tile, mapRow, stride, part, channels - c, accumulate);
                }
            }
        }
    }

    /// <summary>What a square has inside the map; the rest of the copy stays as it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(float* square, nint row, nint column, SquarePart part, int edge, int channels, float* copy)
    {
        var width = TOperations.Width;
        for (var i = part.FirstRow; i < part.EndRow; i++)
        {
            var from = square + i * row + part.FirstColumn * column;
            var to = copy + (i * edge + part.FirstColumn) * width;
            for (var j = part.FirstColumn; j < part.EndColumn; j++, from += column, to += width)
                TOperations.Store(ColumnBlock.Load<TOperations, TVector>(from, channels), to);
        }
    }

    /// <summary>A tile of outputs to where they lie inside the map, or onto what is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scatter(float* copy, float* tile, nint row, nint column, SquarePart part, int channels, bool accumulate)
    {
        var width = TOperations.Width;
        for (var i = 0; i < part.EndRow; i++)
        {
            var from = copy + i * TTile.Size * width;
            var to = tile + i * row;
            for (var j = 0; j < part.EndColumn; j++, from += width, to += column)
            {
                var value = TOperations.Load(from);
                if (accumulate)
                    value = TOperations.Add(ColumnBlock.Load<TOperations, TVector>(to, channels), value);
                ColumnBlock.Store<TOperations, TVector>(value, to, channels);
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
        if (channel % (Line / sizeof(float)) != 0)
            return;
        next += (edge - TTile.Size) * column;
        for (var i = 0; i < edge; i++, next += row)
        {
            for (var j = 0; j < TTile.Size; j++)
                Ahead.Ask(next + j * column);
        }
    }

    private static float* Aligned(float* room) => (float*)(((nint)room + Line - 1) & -Line);

    /// <summary>
    /// Copies of squares that reach over an edge: one for the first column of tiles, one for the last, one for those between, whose
    /// zeros lie where they lay in the row of tiles before but at a map's upper and lower edge.
    /// </summary>
    private ref struct EdgeCopies(float* squares)
    {
        public const int Count = 3;

        private SquarePart first;
        private SquarePart between;
        private SquarePart last;

        /// <summary>A copy that is zero outside of a part.</summary>
        public float* For(SquarePart part, int column, int lastColumn)
        {
            if (column == 0)
                return Zeroed(squares, ref first, part);
            return column < lastColumn ? Zeroed(squares + Square, ref between, part) : Zeroed(squares + 2 * Square, ref last, part);
        }

        private static float* Zeroed(float* square, ref SquarePart known, SquarePart part)
        {
            if (known != part)
                new Span<float>(square, Square).Clear();
            known = part;
            return square;
        }
    }
}
