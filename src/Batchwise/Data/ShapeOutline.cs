namespace Batchwise;

/// <summary>
/// The ten outlines of the generated shapes, each as a function of the plane that is negative inside, positive outside, and
/// near the outline the distance from it. All fill much of the disc of radius 1, so that size tells them apart little.
/// </summary>
static class ShapeOutline
{
    /// <summary>The classes' names.</summary>
    public static readonly IReadOnlyList<string> Names = ["disc", "ring", "square", "frame", "triangle", "star", "cross", "crescent", "bars", "checker"];

    // The sine of 60 degrees.
    private const float Sine = 0.8660254f;

    /// <param name="shape">The class.</param>
    /// <param name="x">Across.</param>
    /// <param name="y">Down.</param>
    public static float Distance(int shape, float x, float y)
    {
        var (u, v) = (MathF.Abs(x), MathF.Abs(y));
        return shape switch
        {
            0 => Radius(x, y) - 0.85f,
            1 => MathF.Abs(Radius(x, y) - 0.7f) - 0.2f,
            2 => MathF.Max(u, v) - 0.75f,
            3 => MathF.Abs(MathF.Max(u, v) - 0.64f) - 0.17f,
            4 => Triangle(x, y) - 0.52f,
            5 => MathF.Min(Triangle(x, y), Triangle(x, -y)) - 0.47f,
            6 => MathF.Min(MathF.Max(u - 0.27f, v - 0.92f), MathF.Max(u - 0.92f, v - 0.27f)),
            7 => MathF.Max(Radius(x, y) - 0.92f, 0.72f - Radius(x - 0.5f, y)),
            8 => MathF.Max(v - 0.8f, MathF.Min(u, MathF.Abs(u - 0.64f)) - 0.17f),
            _ => MathF.Max(MathF.Max(u, v) - 0.85f, x * y > 0 ? -MathF.Min(u, v) : MathF.Min(u, v)),
        };
    }

    private static float Radius(float x, float y) => MathF.Sqrt(x * x + y * y);

    private static float Triangle(float x, float y) => MathF.Max(y, Sine * MathF.Abs(x) - 0.5f * y);
}
