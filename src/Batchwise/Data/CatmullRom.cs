namespace Batchwise;

/// <summary>The smooth curve through given points whose tangent at each is parallel to the line between its neighbours.</summary>
static class CatmullRom
{
    /// <summary>A place on the curve.</summary>
    /// <param name="points">At least two.</param>
    /// <param name="step">How far along, from 0 to (points - 1) x <paramref name="stepsPerSpan"/>.</param>
    /// <param name="stepsPerSpan">How many steps lie between a point and the next.</param>
    public static (double X, double Y) At(ReadOnlySpan<(double X, double Y)> points, int step, int stepsPerSpan)
    {
        var span = Math.Min(step / stepsPerSpan, points.Length - 2);
        var t = (double)(step - span * stepsPerSpan) / stepsPerSpan;
        var (b, c) = (points[span], points[span + 1]);
        // Beyond either end the curve would go on straight.
        var a = span > 0 ? points[span - 1] : (X: 2 * b.X - c.X, Y: 2 * b.Y - c.Y);
        var d = span + 2 < points.Length ? points[span + 2] : (X: 2 * c.X - b.X, Y: 2 * c.Y - b.Y);
        return (Mix(a.X, b.X, c.X, d.X, t), Mix(a.Y, b.Y, c.Y, d.Y, t));
    }

    private static double Mix(double a, double b, double c, double d, double t) =>
        b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}
