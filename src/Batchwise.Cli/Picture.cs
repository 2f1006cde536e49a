namespace Batchwise.Cli;

/// <summary>An image as characters: the brighter, the fuller.</summary>
static class Picture
{
    private const int MostCharacters = 32;
    private const string Ink = " .:-=+*#%@";

    /// <param name="pixels">[height, width, channels], from 0 to 1.</param>
    /// <param name="shape">Their shape.</param>
    /// <returns>Lines of one character for every square of pixels, whose mean it shows; at most 32 in each direction.</returns>
    public static string Of(float[] pixels, Shape shape)
    {
        var (height, width) = (shape[0], shape[1]);
        var side = (Math.Max(height, width) + MostCharacters - 1) / MostCharacters;
        char Character(int top, int left)
        {
            var (sum, count) = (0.0, 0);
            for (var row = top; row < Math.Min(top + side, height); row++)
            {
                for (var place = (row * width + left) * shape.Channels; place < (row * width + Math.Min(left + side, width)) * shape.Channels; place++)
                    (sum, count) = (sum + pixels[place], count + 1);
            }
            return Ink[(int)(Math.Clamp(sum / count, 0, 1) * (Ink.Length - 1))];
        }
        IEnumerable<int> Squares(int pixelsLong) => Enumerable.Range(0, (pixelsLong + side - 1) / side).Select(i => i * side);
        return string.Join('\n', Squares(height).Select(top => string.Concat(Squares(width).Select(left => Character(top, left)))));
    }
}
