namespace Batchwise;

/// <summary>
/// A random smooth displacement of the plane: uniform cubic B-splines over a lattice of random vectors. Elastic distortion
/// as in Simard, Steinkraus and Platt, <i>Best Practices for Convolutional Neural Networks Applied to Visual Document
/// Analysis</i> (2003), but applied to the strokes, so that no pixel is ever interpolated.
/// </summary>
sealed class SmoothField
{
    // Three cells each way need three more vectors than cells.
    private const int Cells = 3, Side = Cells + 3;
    private readonly double[] lattice = new double[Side * Side * 2];

    /// <summary>Draws new vectors.</summary>
    /// <param name="random">Where from.</param>
    /// <param name="deviation">Of each component of each vector, in the units of the plane.</param>
    public void Draw(ref Philox random, double deviation)
    {
        for (var i = 0; i < lattice.Length; i++)
            lattice[i] = deviation * PortableRandom.Bell(ref random);
    }

    /// <summary>Where the field takes a point; the lattice spans [0, 1] x [0, 1], beyond it the edge's displacement holds.</summary>
    public (double X, double Y) Move(double x, double y)
    {
        Span<double> across = stackalloc double[4], down = stackalloc double[4];
        var column = Weights(x, across);
        var row = Weights(y, down);
        double dx = 0, dy = 0;
        for (var i = 0; i < 4; i++)
        {
            var at = ((row + i) * Side + column) * 2;
            for (var j = 0; j < 4; j++, at += 2)
            {
                var weight = down[i] * across[j];
                dx += weight * lattice[at];
                dy += weight * lattice[at + 1];
            }
        }
        return (x + dx, y + dy);
    }

    private static int Weights(double position, Span<double> weights)
    {
        var scaled = Math.Clamp(position, 0, 1) * Cells;
        var cell = Math.Min((int)scaled, Cells - 1);
        var t = scaled - cell;
        var s = 1 - t;
        weights[0] = s * s * s / 6;
        weights[1] = (3 * t * t * t - 6 * t * t + 4) / 6;
        weights[2] = (3 * s * s * s - 6 * s * s + 4) / 6;
        weights[3] = t * t * t / 6;
        return cell;
    }
}
