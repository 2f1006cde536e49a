namespace Batchwise;

/// <summary>A point on the path of a pen, in pixels.</summary>
/// <param name="X">Across.</param>
/// <param name="Y">Down.</param>
/// <param name="Radius">Of the pen's tip.</param>
/// <param name="PenDown">Whether the pen touches down here: no ink joins it to the point before.</param>
readonly record struct PenPoint(float X, float Y, float Radius, bool PenDown);

/// <summary>
/// Draws the path of a round pen into pixels: ink falls from 1 to 0 across a soft edge around the distance of the pen's
/// radius from the path, and where strokes cross, the darker counts.
/// </summary>
static class DigitRaster
{
    /// <summary>Width and height of the image.</summary>
    public const int Side = 28;

    /// <param name="path">The path; pixel (i, j)'s centre is at (j + 0.5, i + 0.5).</param>
    /// <param name="edge">How many pixels wide the edge is.</param>
    /// <param name="ink">Receives the ink in [0, 1]: [28, 28].</param>
    public static void Draw(ReadOnlySpan<PenPoint> path, float edge, Span<float> ink)
    {
        ink.Clear();
        for (var i = 1; i < path.Length; i++)
            if (!path[i].PenDown)
                Draw(path[i - 1], path[i], edge, ink);
    }

    private static void Draw(PenPoint from, PenPoint to, float edge, Span<float> ink)
    {
        var reach = MathF.Max(from.Radius, to.Radius) + edge / 2;
        var (left, right) = Range(from.X, to.X, reach);
        var (top, bottom) = Range(from.Y, to.Y, reach);
        float dx = to.X - from.X, dy = to.Y - from.Y;
        var perLength = 1 / MathF.Max(dx * dx + dy * dy, 1e-12f);
        for (var row = top; row <= bottom; row++)
        {
            var y = row + 0.5f - from.Y;
            for (var column = left; column <= right; column++)
            {
                var x = column + 0.5f - from.X;
                var along = Math.Clamp((x * dx + y * dy) * perLength, 0, 1);
                float awayX = x - along * dx, awayY = y - along * dy;
                var radius = from.Radius + along * (to.Radius - from.Radius);
                var value = (radius - MathF.Sqrt(awayX * awayX + awayY * awayY)) / edge + 0.5f;
                ref var pixel = ref ink[row * Side + column];
                pixel = MathF.Max(pixel, MathF.Min(value, 1));
            }
        }
    }

    private static (int First, int Last) Range(float a, float b, float reach) =>
        ((int)Math.Clamp(MathF.Min(a, b) - reach, 0, Side), (int)Math.Clamp(MathF.Max(a, b) + reach, -1, Side - 1));
}
