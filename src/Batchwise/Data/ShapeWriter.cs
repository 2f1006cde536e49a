namespace Batchwise;

/// <summary>
/// Draws textured shapes: one of ten outlines, turned, sized and placed at random, its surface and its ground each of random colours
/// and texture, in uneven light, with noise. The stream of random numbers alone fixes the image, to the bit on every platform.
/// </summary>
sealed class ShapeWriter : IImageWriter
{
    /// <summary>Width and height of the image.</summary>
    public const int Side = 32;

    private const int Channels = 3, MostTries = 20;

    private readonly ShapeTexture surface = new(), ground = new();

    public void Write(int label, ref Philox random, Span<byte> pixels)
    {
        var radius = (float)PortableRandom.Between(ref random, ShapeStyle.LeastRadius, ShapeStyle.GreatestRadius);
        var width = radius * (float)PortableRandom.Between(ref random, ShapeStyle.LeastWidth, 1);
        var (cosine, sine) = Turn(ref random);
        var (x, y) = (Middle(radius, ref random), Middle(radius, ref random));
        var edge = (float)PortableRandom.Between(ref random, ShapeStyle.SharpEdge, ShapeStyle.SoftEdge);
        var noise = (float)PortableRandom.Between(ref random, ShapeStyle.LeastNoise, ShapeStyle.GreatestNoise);
        var (shadeX, shadeY) = (Shade(ref random), Shade(ref random));
        Paint(ref random);

        Span<float> colour = stackalloc float[Channels], under = stackalloc float[Channels];
        for (var row = 0; row < Side; row++)
        {
            for (var column = 0; column < Side; column++)
            {
                float dx = column + 0.5f - x, dy = row + 0.5f - y;
                var outside = radius * ShapeOutline.Distance(label, (cosine * dx + sine * dy) / width, (cosine * dy - sine * dx) / radius);
                var cover = Math.Clamp(0.5f - outside / edge, 0, 1);
                surface.At(column, row, colour);
                ground.At(column, row, under);
                var light = (1 + shadeX * (column - Side / 2)) * (1 + shadeY * (row - Side / 2));
                for (var channel = 0; channel < Channels; channel++)
                {
                    var value = light * (under[channel] + cover * (colour[channel] - under[channel])) + noise * Noise(ref random);
                    pixels[(row * Side + column) * Channels + channel] = (byte)(255 * Math.Clamp(value, 0, 1) + 0.5f);
                }
            }
        }
    }

    /// <summary>Cosine and sine of a random turn, by division alone; nearly every turn is as likely.</summary>
    public static (float Cosine, float Sine) Turn(ref Philox random)
    {
        // The tangent of half an angle of at most 45 degrees, and then one of eight eighths of the circle.
        var half = (float)PortableRandom.Between(ref random, 0, 0.41421356);
        var (cosine, sine) = ((1 - half * half) / (1 + half * half), 2 * half / (1 + half * half));
        return random.NextInt(8) switch
        {
            0 => (cosine, sine),
            1 => (sine, cosine),
            2 => (-sine, cosine),
            3 => (-cosine, sine),
            4 => (-cosine, -sine),
            5 => (-sine, -cosine),
            6 => (sine, -cosine),
            _ => (cosine, -sine),
        };
    }

    // Colours are drawn again until the shape stands out, but not for ever.
    private void Paint(ref Philox random)
    {
        ground.Draw(ref random);
        for (var i = 0; i < MostTries; i++)
        {
            surface.Draw(ref random);
            var (a, b) = (surface.Mean, ground.Mean);
            if (MathF.Abs(a.Red - b.Red) + MathF.Abs(a.Green - b.Green) + MathF.Abs(a.Blue - b.Blue) >= ShapeStyle.LeastContrast)
                return;
        }
    }

    private static float Middle(float radius, ref Philox random)
    {
        var room = Math.Max(0, Side / 2 - radius * (1 - ShapeStyle.Overhang));
        return (float)(Side / 2 + PortableRandom.Between(ref random, -room, room));
    }

    // Mean 0, deviation 1, nearly normal: the sum of four bytes, 0 to 255 each, of one draw.
    private static float Noise(ref Philox random)
    {
        var bits = random.NextBits();
        var sum = (bits & 0xFF) + ((bits >> 8) & 0xFF) + ((bits >> 16) & 0xFF) + (bits >> 24);
        return ((int)sum - 510) / 147.8f;
    }

    private static float Shade(ref Philox random) => (float)PortableRandom.Between(ref random, -ShapeStyle.Shade, ShapeStyle.Shade) / Side;
}
