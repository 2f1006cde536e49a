namespace Batchwise;

/// <summary>
/// Writes digits as a hand does: a skeleton whose points are moved, a smooth curve through them, bent, slanted and turned,
/// brought to size, drawn with a pen of varying pressure on grainy paper. The stream of random numbers alone fixes the
/// image, to the bit on every platform. Scratch memory is kept: one writer per thread.
/// </summary>
sealed class DigitWriter : IImageWriter
{
    private const int Side = DigitRaster.Side, StepsPerSpan = 6;
    private readonly SmoothField field = new();
    private readonly (double X, double Y)[] points = new (double, double)[DigitStrokes.MostPoints];
    // A step for every sixth of a span, and one more where each pen stroke begins.
    private readonly PenPoint[] path = new PenPoint[DigitStrokes.MostPoints * (StepsPerSpan + 1)];
    private readonly float[] ink = new float[Side * Side];
    private int length;

    /// <summary>Writes one digit.</summary>
    /// <param name="digit">Which, 0 to 9.</param>
    /// <param name="random">The stream that fixes how.</param>
    /// <param name="pixels">Receives the image, 0 for paper, 255 for full ink: [28, 28].</param>
    public void Write(int digit, ref Philox random, Span<byte> pixels)
    {
        var ways = DigitStrokes.All[digit];
        var skeleton = ways[random.NextInt(ways.Length)];
        // Most hands are calm: the third power leaves a long tail of hasty ones, and there, as in life, a digit is mistaken.
        var haste = PortableRandom.Between(ref random, 0, 1);
        haste = DigitStyle.Calm + DigitStyle.Haste * haste * haste * haste;
        MovePoints(skeleton, ref random, haste);
        Trace(skeleton, ref random);
        Bend(ref random, haste);
        Place(ref random, haste);
        DigitRaster.Draw(path.AsSpan(0, length), (float)PortableRandom.Between(ref random, DigitStyle.SharpEdge, DigitStyle.SoftEdge), ink);
        Develop(ref random, pixels);
    }

    private void MovePoints(DigitSkeleton skeleton, ref Philox random, double haste)
    {
        var deviation = DigitStyle.Jitter * haste;
        for (var i = 0; i < skeleton.Points.Length; i++)
        {
            var (x, y) = skeleton.Points[i];
            points[i] = (x + deviation * PortableRandom.Bell(ref random), y + deviation * PortableRandom.Bell(ref random));
        }
    }

    // The path of the pen through the moved points, its radius running from one pressure to another along each curve.
    private void Trace(DigitSkeleton skeleton, ref Philox random)
    {
        length = 0;
        var pen = PortableRandom.Between(ref random, DigitStyle.ThinPen, DigitStyle.ThickPen);
        foreach (var (first, last, penDown) in skeleton.Curves)
        {
            var from = penDown ? pen * Pressure(ref random) : path[length - 1].Radius;
            var to = pen * Pressure(ref random);
            var curve = points.AsSpan(first, last - first + 1);
            var steps = (last - first) * StepsPerSpan;
            for (var step = penDown ? 0 : 1; step <= steps; step++)
            {
                var (x, y) = CatmullRom.At(curve, step, StepsPerSpan);
                path[length++] = new((float)x, (float)y, (float)(from + (to - from) * step / steps), step == 0);
            }
        }
    }

    private static double Pressure(ref Philox random) =>
        PortableRandom.Between(ref random, DigitStyle.LeastPressure, DigitStyle.GreatestPressure);

    // The elastic field, then width, slant and turn.
    private void Bend(ref Philox random, double haste)
    {
        field.Draw(ref random, DigitStyle.Elastic * haste);
        var width = DigitStyle.MeanWidth * (1 + DigitStyle.WidthDeviation * PortableRandom.Bell(ref random));
        var slant = DigitStyle.MeanSlant + DigitStyle.SlantDeviation * PortableRandom.Bell(ref random);
        // The tangent of half the angle gives cosine and sine by division alone.
        var half = DigitStyle.TurnDeviation / 2 * PortableRandom.Bell(ref random);
        var cosine = (1 - half * half) / (1 + half * half);
        var sine = 2 * half / (1 + half * half);
        foreach (ref var point in path.AsSpan(0, length))
        {
            var (x, y) = field.Move(point.X, point.Y);
            (x, y) = ((x - 0.5) * width - (y - 0.5) * slant, y - 0.5);
            point = point with { X = (float)(cosine * x - sine * y), Y = (float)(sine * x + cosine * y) };
        }
    }

    // As MNIST was made: brought to one size in proportion and put in the middle; but neither exactly.
    private void Place(ref Philox random, double haste)
    {
        float left = float.MaxValue, right = float.MinValue, top = float.MaxValue, bottom = float.MinValue;
        foreach (var point in path.AsSpan(0, length))
        {
            (left, right) = (MathF.Min(left, point.X), MathF.Max(right, point.X));
            (top, bottom) = (MathF.Min(top, point.Y), MathF.Max(bottom, point.Y));
        }
        var size = DigitStyle.MeanSize * (1 + DigitStyle.SizeDeviation * haste * PortableRandom.Bell(ref random));
        var scale = (float)(Math.Clamp(size, DigitStyle.LeastSize, DigitStyle.GreatestSize) / MathF.Max(right - left, bottom - top));
        var x = Middle(scale * (right - left), ref random);
        var y = Middle(scale * (bottom - top), ref random);
        foreach (ref var point in path.AsSpan(0, length))
            point = point with { X = x + scale * (point.X - (left + right) / 2), Y = y + scale * (point.Y - (top + bottom) / 2) };
    }

    // Where the middle of the box lies along one side, so that the whole pen stays within the image.
    private static float Middle(float extent, ref Philox random)
    {
        var shift = DigitStyle.ShiftDeviation * PortableRandom.Bell(ref random);
        var room = (Side - extent) / 2 - DigitStyle.Margin;
        return (float)(Side / 2 + Math.Clamp(shift, -room, room));
    }

    // Ink to bytes, less what the grain of the paper takes.
    private void Develop(ref Philox random, Span<byte> pixels)
    {
        var grain = (float)PortableRandom.Between(ref random, 0, DigitStyle.Grain);
        for (var i = 0; i < ink.Length; i++)
            pixels[i] = ink[i] == 0 ? (byte)0 : (byte)(255 * ink[i] * (1 - grain * random.NextSingle()) + 0.5f);
    }
}
