using System.Globalization;
using static System.FormattableString;

namespace Batchwise;

/// <summary>How a kernel moves over a map: its size, its steps, the places it looks at, and the padding.</summary>
/// <param name="Height">Rows of the kernel.</param>
/// <param name="Width">Columns of the kernel.</param>
public sealed record Window(int Height, int Width)
{
    /// <summary>The largest size, stride, dilation, and padded extent of a map, in rows and columns: 2^24.</summary>
    internal const int Longest = 1 << 24;

    /// <summary>Rows from one output to the next. Default: 1.</summary>
    public int StrideY { get; init; } = 1;

    /// <summary>Columns from one output to the next. Default: 1.</summary>
    public int StrideX { get; init; } = 1;

    /// <summary>Rows from one place of the kernel to the next. Default: 1.</summary>
    public int DilationY { get; init; } = 1;

    /// <summary>Columns from one place of the kernel to the next. Default: 1.</summary>
    public int DilationX { get; init; } = 1;

    /// <summary>What lies around the map. Default: nothing.</summary>
    public Padding Padding { get; init; }

    /// <summary>Whether it is a single place that visits every other one.</summary>
    internal bool IsPoint => Height == 1 && Width == 1 && StrideY == 1 && StrideX == 1 && (Padding.IsSame || Padding == Padding.None);

    /// <summary>A square window.</summary>
    /// <param name="size">Its rows and columns.</param>
    /// <param name="stride">Rows and columns from one output to the next.</param>
    /// <param name="padding">What lies around the map; null is nothing.</param>
    public static Window Square(int size, int stride = 1, Padding? padding = null) =>
        new(size, size) { StrideY = stride, StrideX = stride, Padding = padding ?? Padding.None };

    /// <summary>Where the window goes on a map: the output's size, and the padding in numbers.</summary>
    /// <param name="map">The map: height, width, channels.</param>
    /// <param name="layer">Who asks, for the message.</param>
    /// <param name="ceiling">Whether a last window that only begins inside counts.</param>
    /// <exception cref="ArgumentException">It is no window, does not fit the map, or exceeds the limits of docs/conventions.md.</exception>
    internal Placement Place(Shape map, string layer, bool ceiling = false)
    {
        if (Height < 1 || Width < 1 || StrideY < 1 || StrideX < 1 || DilationY < 1 || DilationX < 1)
            throw new ArgumentException($"The {layer} layer's window has sizes, strides and dilations of 1 or more, not {this}.");
        if (Padding.Top < 0 || Padding.Bottom < 0 || Padding.Left < 0 || Padding.Right < 0)
            throw new ArgumentException($"The {layer} layer's padding is not negative, as {Padding} is.");
        int[] sizes = [Height, Width, StrideY, StrideX, DilationY, DilationX];
        if (sizes.Max() > Longest)
            throw new ArgumentException(Invariant($"The {layer} layer's window has sizes, strides and dilations of at most {Longest}, not {this}."));
        var (rows, top, bottom, height) = Along(map[0], Height, StrideY, DilationY, Padding.Top, Padding.Bottom, layer, "rows", ceiling);
        var (columns, left, right, width) = Along(map[1], Width, StrideX, DilationX, Padding.Left, Padding.Right, layer, "columns", ceiling);
        if (height * width * map.Channels > Shape.MaxSize)
            throw new ArgumentException(Invariant($"The {layer} layer's map of {height} x {width} x {map.Channels} values, its padding included, is too large: it may have {Shape.MaxSize}. Take less padding or a smaller window."));
        return new(rows, columns, top, bottom, left, right);
    }

    /// <summary>The settings as text: <c>3x3/2 padding=1,1,1,1</c>.</summary>
    public override string ToString() =>
        Invariant($"{Height}x{Width}/{StrideY}x{StrideX} dilation {DilationY}x{DilationX} padding {Padding}");

    internal LayerAttributes AddTo(LayerAttributes settings) => settings
        .With("kernel", Pair(Height, Width)).With("stride", Pair(StrideY, StrideX)).With("dilation", Pair(DilationY, DilationX)).With("padding", Padding.ToString());

    internal static Window Read(LayerAttributes settings)
    {
        var (height, width) = ReadPair(settings, "kernel");
        var (strideY, strideX) = ReadPair(settings, "stride");
        var (dilationY, dilationX) = ReadPair(settings, "dilation");
        try
        {
            return new(height, width)
            {
                StrideY = strideY,
                StrideX = strideX,
                DilationY = dilationY,
                DilationX = dilationX,
                Padding = Padding.Parse(settings.Text("padding")),
            };
        }
        catch (FormatException error)
        {
            throw new InvalidDataException(error.Message);
        }
    }

    /// <summary>Outputs in one direction, the padding on both sides, and how far all windows together reach over the padded map.</summary>
    private (int Outputs, int Before, int After, long Covered) Along(
        int extent, int size, int stride, int dilation, int before, int after, string layer, string what, bool ceiling)
    {
        var reach = (long)dilation * (size - 1) + 1;
        if (Padding.IsSame)
        {
            var outputs = (int)(((long)extent + stride - 1) / stride);
            var covered = RequireCovered(Math.Max(extent, (outputs - 1L) * stride + reach), layer, what);
            var padding = (int)(covered - extent);
            return (outputs, padding / 2, padding - padding / 2, covered);
        }
        var padded = (long)extent + before + after;
        var room = padded - reach;
        if (room < 0)
            throw new ArgumentException(Invariant($"The {layer} layer's window spans {reach} {what}, more than the map's {extent} and its padding of {before} and {after}: take a smaller window or more padding."));
        var count = room / stride + 1;
        // A window beyond the last place would see padding alone.
        if (ceiling && room % stride != 0 && count * stride < (long)extent + before)
            count++;
        return ((int)count, before, after, RequireCovered(Math.Max(padded, (count - 1) * stride + reach), layer, what));
    }

    private static long RequireCovered(long covered, string layer, string what) => covered <= Longest
        ? covered
        : throw new ArgumentException(Invariant($"The {layer} layer's windows reach over {covered} {what}, padding included, of which there may be {Longest}: take less padding, a smaller window or a smaller stride."));

    private static string Pair(int y, int x) => Invariant($"{y}x{x}");

    private static (int Y, int X) ReadPair(LayerAttributes settings, string name)
    {
        var parts = settings.Text(name).Split('x');
        return parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var y)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var x)
            ? (y, x)
            : throw new InvalidDataException($"the setting '{name}' is '{settings.Text(name)}', not two whole numbers as in 3x3.");
    }
}

/// <summary>Where a window goes on a map: the output's size and the padding in numbers.</summary>
readonly record struct Placement(int Height, int Width, int Top, int Bottom, int Left, int Right);
