namespace Batchwise.Images;

/// <summary>
/// Resizes an image's middle square. Each pixel of the result is a weighted mean of those it covers, weights falling linearly to
/// zero: bilinear interpolation where the image grows; where it shrinks, the triangle is as much wider as the image shrinks.
/// </summary>
static class TriangleFilter
{
    private const int Channels = ImageDecoder.Channels;

    /// <param name="source">[height, width, 3].</param>
    /// <param name="height">Of the source.</param>
    /// <param name="width">Of the source.</param>
    /// <param name="size">Height and width of the result.</param>
    /// <param name="destination">Receives [size, size, 3].</param>
    public static void Resize(ReadOnlySpan<byte> source, int height, int width, int size, Span<byte> destination)
    {
        var side = Math.Min(height, width);
        var (top, left) = ((height - side) / 2, (width - side) / 2);
        var taps = new Taps(side, size);
        // Rows first narrowed, then mixed.
        var narrow = new float[side * size * Channels];
        for (var row = 0; row < side; row++)
        {
            var from = source.Slice(((top + row) * width + left) * Channels, side * Channels);
            for (var x = 0; x < size; x++)
            {
                var (first, weights) = taps[x];
                for (var channel = 0; channel < Channels; channel++)
                {
                    var sum = 0f;
                    for (var i = 0; i < weights.Length; i++)
                        sum += weights[i] * from[(first + i) * Channels + channel];
                    narrow[(row * size + x) * Channels + channel] = sum;
                }
            }
        }
        var line = size * Channels;
        for (var y = 0; y < size; y++)
        {
            var (first, weights) = taps[y];
            for (var x = 0; x < line; x++)
            {
                var sum = 0f;
                for (var i = 0; i < weights.Length; i++)
                    sum += weights[i] * narrow[(first + i) * line + x];
                destination[y * line + x] = (byte)Math.Clamp(sum + 0.5f, 0, 255);
            }
        }
    }

    /// <summary>Which source pixels go into each pixel of the result, and with what weight; the same for rows and columns.</summary>
    private sealed class Taps
    {
        private readonly (int First, float[] Weights)[] all;

        public Taps(int from, int to)
        {
            all = new (int, float[])[to];
            var scale = (double)from / to;
            var reach = Math.Max(1, scale);
            for (var i = 0; i < to; i++)
            {
                var middle = (i + 0.5) * scale - 0.5;
                var first = Math.Max(0, (int)Math.Ceiling(middle - reach));
                var last = Math.Min(from - 1, (int)Math.Floor(middle + reach));
                var weights = new double[last - first + 1];
                for (var j = 0; j < weights.Length; j++)
                    weights[j] = Math.Max(0, 1 - Math.Abs(first + j - middle) / reach);
                var sum = weights.Sum();
                all[i] = (first, Array.ConvertAll(weights, weight => (float)(weight / sum)));
            }
        }

        public (int First, float[] Weights) this[int index] => all[index];
    }
}
