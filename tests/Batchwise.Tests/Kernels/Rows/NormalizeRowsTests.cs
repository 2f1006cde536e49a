using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels;

/// <summary>Batch normalization's kernels on blocks of rows, held against float64: at every width of channels, in strips, vectors and what is left.</summary>
[Trait("leg", "instruction-set")]
public class NormalizeRowsTests
{
    private const double Bound = 2e-6;
    private const double MomentsBound = 1e-5;

    public static TheoryData<string> Functions => ColumnFunctions.All;

    [Theory, MemberData(nameof(Functions))]
    public void Forward_and_backward_are_right_at_every_width(string name)
    {
        var kind = ColumnFunctions.Kind(name);
        for (var channels = 1; channels <= 150; channels += channels < 70 ? 1 : 13)
            Verify(kind, rows: 21, channels);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(1024)]
    public void Any_number_of_rows_is_right(int rows) => Verify(ActivationKind.Relu, rows, channels: 83);

    /// <summary>Dense rows that are narrow and many are taken several at a time; the last of them are not so many.</summary>
    [Theory]
    [InlineData(1, 1024)]
    [InlineData(3, 1024)]
    [InlineData(6, 529)]
    [InlineData(7, 1024)]
    [InlineData(8, 128)]
    [InlineData(8, 135)]
    [InlineData(9, 1024)]
    [InlineData(16, 67)]
    [InlineData(20, 257)]
    [InlineData(24, 191)]
    [InlineData(32, 33)]
    [InlineData(40, 130)]
    [InlineData(48, 127)]
    [InlineData(63, 1024)]
    [InlineData(64, 33)]
    public void Dense_rows_are_right(int channels, int rows)
    {
        Verify(ActivationKind.Identity, rows, channels, dense: true);
        Verify(ActivationKind.Relu, rows, channels, dense: true);
        VerifyMoments(new GuardedMatrix(rows, channels, channels, 3, 1e4, 1e-2));
    }

    [Fact]
    public void Rows_longer_than_a_page_are_right() => Verify(ActivationKind.Relu, rows: 19, channels: 2100);

    /// <summary>Also of folded rows, whose rest is whole vectors (six channels, 528 rows) or is not, and can then not be written so.</summary>
    [Theory]
    [InlineData(96, 37)]
    [InlineData(6, 528)]
    [InlineData(6, 529)]
    [InlineData(8, 135)]
    public void Results_written_past_the_cache_are_the_same_bits(int channels, int rows)
    {
        var x = new GuardedMatrix(rows, channels, channels, 1);
        var dy = new GuardedMatrix(rows, channels, channels, 2);
        var vectors = Vectors(channels);
        var room = (int)AlignedMemory.RoundUp(rows * channels + AlignedMemory.Line);
        var memory = new AlignedMemory(2 * room);
        memory.Span(0, 2 * room).Fill(1);
        var kept = memory.Span(0, room);
        var streamed = memory.Span(room, room);
        var relu = new ActivationFunction(ActivationKind.Relu);
        NormalizeRows.Run(x.Span, channels, kept, channels, vectors, rows, channels, relu, large: false);
        NormalizeRows.Run(x.Span, channels, streamed, channels, vectors, rows, channels, relu, large: true);
        Assert.Equal(kept, streamed);
        NormalizeRowsBackward.Correct(x.Span, channels, dy.Span, channels, kept, channels, vectors, vectors.Scale, vectors.Shift, rows, channels, relu, false, large: false);
        NormalizeRowsBackward.Correct(x.Span, channels, dy.Span, channels, streamed, channels, vectors, vectors.Scale, vectors.Shift, rows, channels, relu, false, large: true);
        Assert.Equal(kept, streamed);
        PreluRows.Forward(x.Span, vectors.Scale, kept, rows, large: false);
        PreluRows.Forward(x.Span, vectors.Scale, streamed, rows, large: true);
        Assert.Equal(kept, streamed);
        var sums = new float[channels];
        PreluRows.Backward(x.Span, dy.Span, vectors.Scale, kept, sums, rows, accumulate: false, large: false);
        PreluRows.Backward(x.Span, dy.Span, vectors.Scale, streamed, sums, rows, accumulate: false, large: true);
        Assert.Equal(kept, streamed);
        GC.KeepAlive(memory);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1e4, 1e-2)]
    [InlineData(-1e6, 0.5)]
    public void Moments_are_right_at_every_width(double mean, double deviation)
    {
        for (var channels = 1; channels <= 150; channels += channels < 70 ? 1 : 13)
        {
            foreach (var rows in new[] { 1, 7, 16, 200 })
                VerifyMoments(new GuardedMatrix(rows, channels, channels + 3, (ulong)channels, mean, deviation));
        }
    }

    [Fact]
    public void Moments_of_a_full_block_are_right() => VerifyMoments(new GuardedMatrix(1024, 70, 70, 1, 100));

    [Theory]
    [InlineData(1e6f)]
    [InlineData(float.MaxValue)]
    public void An_outlier_among_the_first_rows_costs_no_accuracy(float outlier)
    {
        var x = new GuardedMatrix(300, 70, 70, 9);
        x[0, 3] = x[0, 69] = outlier;
        VerifyMoments(x);
    }

    // The guess at the mean is that of the first rows: what is summed about it loses digits, and is summed again.
    [Theory]
    [InlineData(1e3f)]
    [InlineData(-3e4f)]
    public void First_rows_unlike_the_others_cost_no_accuracy(float far)
    {
        foreach (var channels in new[] { 1, 6, 33, 72 })
        {
            var x = new GuardedMatrix(1024, channels, channels, 6);
            var rows = new GuardedMatrix(1024, channels, channels + 3, 6);
            for (var row = 0; row < 16; row++)
            {
                for (var c = 0; c < channels; c++)
                    (x[row, c], rows[row, c]) = (x[row, c] + far, rows[row, c] + far);
            }
            VerifyMoments(x);
            VerifyMoments(rows);
        }
        foreach (var perGroup in new[] { 1, 3, 24 })
        {
            var x = new GuardedMatrix(20_000, 72, 72, 6);
            for (var row = 0; row < 16; row++)
            {
                for (var c = 0; c < 72; c++)
                    x[row, c] += far;
            }
            VerifyGroups(x, perGroup);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(24)]
    public void Moments_of_groups_are_those_of_all_their_values(int perGroup)
    {
        foreach (var (rows, mean, deviation) in new[] { (1, 0.0, 1.0), (49, 1e4, 1e-2), (1500, -3, 2) })
        {
            if (rows * perGroup > 1)
                VerifyGroups(new GuardedMatrix(rows, 72, 72, 4, mean, deviation), perGroup);
        }
        var x = new GuardedMatrix(200, 72, 72, 4);
        x[0, 1] = 1e6f;
        x[0, 70] = float.MaxValue;
        VerifyGroups(x, perGroup);
    }

    private static void Verify(ActivationKind kind, int rows, int channels, bool dense = false)
    {
        var function = ColumnFunctions.Of(kind);
        var x = new GuardedMatrix(rows, channels, Stride(5), 1);
        var dy = new GuardedMatrix(rows, channels, Stride(1), 2);
        var addend = new GuardedMatrix(rows, channels, Stride(2), 3);
        var vectors = Vectors(channels);
        var (mean, scale, shift) = (vectors.Mean.ToArray(), vectors.Scale.ToArray(), vectors.Shift.ToArray());

        var y = new GuardedMatrix(rows, channels, Stride(3));
        NormalizeRows.Run(x.Span, x.Stride, y.Span, y.Stride, vectors, rows, channels, function, large: true);
        y.AssertNear((row, c) => ColumnFunctions.Value(kind, Normalized(row, c)), Bound, 1);
        y.AssertGuardsHold();

        NormalizeRows.Sum(x.Span, x.Stride, addend.Span, addend.Stride, y.Span, y.Stride, vectors, rows, channels, function);
        y.AssertNear((row, c) => ColumnFunctions.Value(kind, Normalized(row, c) + addend[row, c]), Bound, 1);
        y.AssertGuardsHold();

        var sums = new GuardedMatrix(1, 2 * channels, 2 * channels);
        NormalizeRowsBackward.Reduce(x.Span, x.Stride, dy.Span, dy.Stride, vectors, sums.Span, rows, channels, function, large: true);
        for (var c = 0; c < channels; c++)
        {
            // A derivative is about 1 at most, and rounded as a difference from it: the bound is of the terms without it.
            double sum = 0, size = 0, product = 0, productSize = 0;
            for (var row = 0; row < rows; row++)
            {
                var centred = x[row, c] - (double)mean[c];
                (sum, size) = (sum + Gradient(row, c), size + Math.Abs(dy[row, c]));
                (product, productSize) = (product + Gradient(row, c) * centred, productSize + Math.Abs(dy[row, c] * centred));
            }
            Assert.Equal(sum, sums[0, c], Bound * size);
            Assert.Equal(product, sums[0, channels + c], Bound * productSize);
        }
        sums.AssertGuardsHold();

        var slope = new GuardedMatrix(1, channels, channels, 6);
        var offset = new GuardedMatrix(1, channels, channels, 7);
        foreach (var accumulate in new[] { false, true })
        {
            var dx = new GuardedMatrix(rows, channels, Stride(4), 8);
            var before = dx.Copy();
            NormalizeRowsBackward.Correct(
                x.Span, x.Stride, dy.Span, dy.Stride, dx.Span, dx.Stride, vectors, slope.Span, offset.Span, rows, channels, function, accumulate, large: true);
            dx.AssertNear(
                (row, c) => (accumulate ? before[row, c] : 0) + scale[c] * Gradient(row, c) + slope[0, c] * (x[row, c] - mean[c]) + offset[0, c], Bound, 5);
            dx.AssertGuardsHold();
        }

        int Stride(int padding) => dense ? channels : channels + padding;

        double Normalized(int row, int c) => (x[row, c] - (double)mean[c]) * scale[c] + shift[c];

        double Gradient(int row, int c) => dy[row, c] * ColumnFunctions.Derivative(kind, ColumnFunctions.Kept(kind, Normalized(row, c)));
    }

    private static NormalizationVectors Vectors(int channels)
    {
        var all = new GuardedMatrix(NormalizationVectors.Count, channels, channels, 5);
        return new NormalizationVectors(all.Span, channels, 0, channels);
    }

    private static void VerifyMoments(GuardedMatrix x)
    {
        var scratch = new float[RowMoments.ScratchVectors * x.Columns];
        var (mean, squares) = (new double[x.Columns], new double[x.Columns]);
        RowMoments.Run(x.Span, x.Stride, x.Rows, x.Columns, mean, squares, scratch);
        for (var c = 0; c < x.Columns; c++)
            AssertMoments(x.Column(c), mean[c], squares[c] / x.Rows);
    }

    private static void VerifyGroups(GuardedMatrix x, int perGroup)
    {
        var groups = x.Columns / perGroup;
        var scratch = new float[GroupMoments.ScratchVectors * x.Columns];
        var (mean, variance) = (new double[groups], new double[groups]);
        GroupMoments.Run(x.Span, x.Rows, x.Columns, mean, variance, scratch);
        for (var group = 0; group < groups; group++)
        {
            var first = group * perGroup;
            AssertMoments([.. Enumerable.Range(first, perGroup).SelectMany(x.Column)], mean[group], variance[group]);
        }
    }

    private static void AssertMoments(double[] values, double mean, double variance)
    {
        var exactMean = values.Average();
        var exactVariance = values.Average(value => (value - exactMean) * (value - exactMean));
        Assert.Equal(exactMean, mean, MomentsBound * Math.Sqrt(exactVariance) + 1e-15 * Math.Abs(exactMean));
        Assert.Equal(exactVariance, variance, MomentsBound * exactVariance);
    }
}
