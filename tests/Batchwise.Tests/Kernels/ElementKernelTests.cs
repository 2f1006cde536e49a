using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels;

/// <summary>Kernels that go over a run of floats: transposing, looking for what is not finite, adding.</summary>
[Trait("leg", "instruction-set")]
public class ElementKernelTests
{
    [Fact]
    public void Every_size_is_transposed_exactly()
    {
        foreach (var rows in new[] { 1, 2, 7, 8, 9, 15, 16, 17, 33, 70 })
        {
            for (var columns = 1; columns <= 35; columns++)
            {
                var source = new GuardedMatrix(rows, columns, columns + columns % 4, (ulong)columns);
                var target = new GuardedMatrix(columns, rows, rows + rows % 3);
                Transpose.Run(source.Span, source.Stride, target.Span, target.Stride, rows, columns);
                for (var row = 0; row < rows; row++)
                {
                    for (var column = 0; column < columns; column++)
                        Assert.Equal(source[row, column], target[column, row]);
                }
                target.AssertGuardsHold();
            }
        }
    }

    [Theory]
    [InlineData(19, 20)]
    [InlineData(20, 19)]
    public void A_matrix_larger_than_its_span_is_not_transposed(int source, int target) =>
        Assert.Throws<ArgumentException>(() => Transpose.Run(new float[source], 5, new float[target], 4, rows: 4, columns: 5));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void One_value_that_is_not_finite_is_found_wherever_it_is(float value)
    {
        for (var length = 1; length <= 70; length++)
        {
            for (var place = 0; place < length; place++)
            {
                // The extremes are finite, and no sum of them may hide it.
                var values = Enumerable.Range(0, length).Select(i => i % 2 == 0 ? float.MaxValue : -float.MaxValue).ToArray();
                Assert.True(Finite.All(values));
                values[place] = value;
                Assert.False(Finite.All(values));
            }
        }
    }

    [Fact]
    public void Of_no_values_all_are_finite_and_what_is_behind_the_span_is_not_read()
    {
        Assert.True(Finite.All([]));
        for (var length = 0; length <= 40; length++)
        {
            var values = Enumerable.Repeat(float.NaN, length + 20).ToArray();
            values.AsSpan(1, length).Fill(float.Epsilon);
            Assert.True(Finite.All(values.AsSpan(1, length)));
        }
    }

    [Fact]
    public void Two_infinities_of_either_sign_are_found_together() => Assert.False(Finite.All([float.PositiveInfinity, 1, float.NegativeInfinity]));

    [Fact]
    public void Adding_and_copying_are_exact_at_every_length()
    {
        for (var length = 1; length <= 70; length++)
        {
            var x = new GuardedMatrix(1, length, length, 1);
            var y = new GuardedMatrix(1, length, length, 2);
            var sum = y.Copy();
            Addition.Run(x.Span, sum.Span, accumulate: true);
            Assert.Equal([.. Enumerable.Range(0, length).Select(i => x[0, i] + y[0, i])], sum.Span.ToArray());
            sum.AssertGuardsHold();
            Addition.Run(x.Span, sum.Span, accumulate: false);
            Assert.Equal(x.Span, sum.Span);
            sum.AssertGuardsHold();
        }
    }

    [Fact]
    public void Different_lengths_are_not_added() =>
        Assert.Throws<ArgumentException>(() => Addition.Run(new float[3], new float[4], accumulate: true));
}
