namespace Batchwise.Tests.Kernels;

/// <summary>
/// Rows of columns with a stride, and floats of a value of their own before, behind and between them, to see that a
/// kernel neither writes nor heeds what is not its block.
/// </summary>
internal sealed class GuardedMatrix
{
    private const int Margin = 24;
    private const float Guard = float.NaN;

    private readonly float[] all;

    public GuardedMatrix(int rows, int columns, int stride)
    {
        (Rows, Columns, Stride) = (rows, columns, stride);
        all = new float[Margin + (rows - 1) * stride + columns + Margin];
        all.AsSpan().Fill(Guard);
    }

    /// <summary>A matrix of normal values.</summary>
    public GuardedMatrix(int rows, int columns, int stride, ulong stream, double mean = 0, double deviation = 1)
        : this(rows, columns, stride)
    {
        var random = new Philox(20150302, RandomPurpose.Experiment, stream);
        Fill((_, _) => (float)(mean + deviation * random.NextNormal()));
    }

    public int Rows { get; }

    public int Columns { get; }

    public int Stride { get; }

    /// <summary>From the first value to the last, as a kernel is given it.</summary>
    public Span<float> Span => all.AsSpan(Margin, (Rows - 1) * Stride + Columns);

    public float this[int row, int column]
    {
        get => all[Margin + row * Stride + column];
        set => all[Margin + row * Stride + column] = value;
    }

    public void Fill(Func<int, int, float> value)
    {
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
                this[row, column] = value(row, column);
        }
    }

    public GuardedMatrix Copy()
    {
        var copy = new GuardedMatrix(Rows, Columns, Stride);
        all.CopyTo(copy.all, 0);
        return copy;
    }

    public double[] Column(int column) => [.. Enumerable.Range(0, Rows).Select(row => (double)this[row, column])];

    /// <summary>Fails if a float outside the rows was written.</summary>
    public void AssertGuardsHold()
    {
        for (var i = 0; i < all.Length; i++)
        {
            var place = i - Margin;
            var inside = place >= 0 && place / Stride < Rows && place % Stride < Columns;
            Assert.True(inside || float.IsNaN(all[i]), $"A float {place} from the first was written, which is not of the block.");
        }
    }

    /// <summary>Fails unless every value is near what is expected, relative to the larger of it and a scale.</summary>
    public void AssertNear(Func<int, int, double> expected, double bound, double scale)
    {
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                var wanted = expected(row, column);
                var allowed = bound * Math.Max(scale, Math.Abs(wanted));
                Assert.True(Math.Abs(this[row, column] - wanted) <= allowed,
                    FormattableString.Invariant($"[{row}, {column}] is {this[row, column]:R}, expected {wanted:R} within {allowed:E2}."));
            }
        }
    }
}
