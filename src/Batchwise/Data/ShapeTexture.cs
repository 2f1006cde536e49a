namespace Batchwise;

/// <summary>A random two-coloured surface: stripes, or blots of smooth noise. Scratch memory is kept from one to the next.</summary>
sealed class ShapeTexture
{
    private const int Channels = 3, Side = ShapeWriter.Side, Lattice = Side / LeastCell + 2, LeastCell = 3, MostCell = 9;

    private readonly float[] lattice = new float[Lattice * Lattice];
    private readonly float[] from = new float[Channels], to = new float[Channels];
    private bool striped;
    private float cell, cosine, sine, phase;

    /// <summary>The surface's mean colour: [3].</summary>
    public (float Red, float Green, float Blue) Mean => ((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, (from[2] + to[2]) / 2);

    /// <summary>Draws a new surface.</summary>
    public void Draw(ref Philox random)
    {
        striped = random.NextInt(2) == 1;
        cell = (float)PortableRandom.Between(ref random, LeastCell, MostCell);
        (cosine, sine) = ShapeWriter.Turn(ref random);
        phase = random.NextSingle();
        var depth = (float)PortableRandom.Between(ref random, 0, ShapeStyle.TextureDepth);
        for (var channel = 0; channel < Channels; channel++)
        {
            var middle = random.NextSingle();
            var apart = depth * (random.NextSingle() - 0.5f);
            (from[channel], to[channel]) = (middle - apart, middle + apart);
        }
        foreach (ref var value in lattice.AsSpan())
            value = random.NextSingle();
    }

    /// <summary>The colour of a pixel.</summary>
    public void At(int x, int y, Span<float> colour)
    {
        var share = striped ? Stripes(x, y) : Blots(x, y);
        for (var channel = 0; channel < Channels; channel++)
            colour[channel] = from[channel] + share * (to[channel] - from[channel]);
    }

    // A triangle wave along a direction.
    private float Stripes(int x, int y)
    {
        var along = (x * cosine + y * sine) / cell + phase;
        return MathF.Abs(2 * (along - MathF.Floor(along)) - 1);
    }

    // Values of the lattice, mixed bilinearly.
    private float Blots(int x, int y)
    {
        var (across, down) = (x / cell, y / cell);
        var (column, row) = ((int)across, (int)down);
        var (s, t) = (across - column, down - row);
        var at = lattice.AsSpan(row * Lattice + column);
        var above = at[0] + s * (at[1] - at[0]);
        return above + t * (at[Lattice] + s * (at[Lattice + 1] - at[Lattice]) - above);
    }
}
