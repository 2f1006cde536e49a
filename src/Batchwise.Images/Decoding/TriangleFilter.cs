namespace Batchwise.Images;

/// <summary>
/// Resizes the middle part of an image that has the result's proportions. Each pixel of the result is a weighted mean of those it covers, weights falling linearly to
/// zero: bilinear interpolation where the image grows; where it shrinks, the triangle is as much wider as the image shrinks.
/// </summary>
static class TriangleFilter
{
    private const int Channels = ImageDecoder.Channels;

    /// <param name="source">[height, width, 3].</param>
    /// <param name="height">Of the source.</param>
    /// <param name="width">Of the source.</param>
    /// <param name="toHeight">Of the result.</param>
    /// <param name="toWidth">Of the result.</param>
    /// <param name="destination">Receives [toHeight, toWidth, 3].</param>
    public static void Resize(ReadOnlySpan<byte> source, int height, int width, int toHeight, int toWidth, Span<byte> destination)
    {
        var (partHeight, partWidth) = Part(height, width, toHeight, toWidth);
        var (top, left) = ((height - partHeight) / 2, (width - partWidth) / 2);
        var across = new Taps(partWidth, toWidth);
        // Rows first narrowed, then mixed.
        var narrow = new float[partHeight * toWidth * Channels];
        for (var row = 0; row < partHeight; row++)
        {
            var from = source.Slice(((top + row) * width + left) * Channels, partWidth * Channels);
            for (var x = 0; x < toWidth; x++)
            {
                var (first, weights) = across[x];
                for (var channel = 0; channel < Channels; channel++)
                {
                    var sum = 0f;
                    for (var i = 0; i < weights.Length; i++)
                        sum += weights[i] * from[(first + i) * Channels + channel];
                    narrow[(row * toWidth + x) * Channels + channel] = sum;
                }
            }
        }
        var line = toWidth * Channels;
        var down = new Taps(partHeight, toHeight);
        for (var y = 0; y < toHeight; y++)
        {
            var (first, weights) = down[y];
            for (var x = 0; x < line; x++)
            {
                var sum = 0f;
                for (var i = 0; i < weights.Length; i++)
                    sum += weights[i] * narrow[(first + i) * line + x];
                destination[y * line + x] = (byte)Math.Clamp(sum + 0.5f, 0, 255);
            }
        }
    }

    /// <summary>The largest part of an image that has some proportions, to a pixel.</summary>
    private static (int Height, int Width) Part(int height, int width, int toHeight, int toWidth) => (long)height * toWidth > (long)width * toHeight
        ? (Math.Max(1, (int)Math.Round((double)width * toHeight / toWidth)), width)
        : (height, Math.Max(1, (int)Math.Round((double)height * toWidth / toHeight)));

    /// <summary>Which source pixels go into each pixel of the result, and with what weight; of rows or of columns.</summary>
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
