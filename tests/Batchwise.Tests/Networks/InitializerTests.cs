using CsCheck;

namespace Batchwise.Tests.Networks;

public class InitializerTests
{
    private const int Count = 200_000;

    /// <summary>The variance that each promises, for a fan-in of 300 and a fan-out of 100.</summary>
    public static TheoryData<string, double> Deviations => new()
    {
        { "gaussian(0.1)", 0.1 },
        { "gaussian(2.5)", 2.5 },
        { "xavier", Math.Sqrt(2.0 / (300 + 100)) },
        { "he(0)", Math.Sqrt(2.0 / 300) },
        { "he(0.25)", Math.Sqrt(2.0 / (1.0625 * 300)) },
        { "he(-1)", Math.Sqrt(1.0 / 300) },
    };

    [Theory]
    [MemberData(nameof(Deviations))]
    public void Random_values_are_normal_with_the_deviation_that_was_promised(string text, double deviation)
    {
        var values = Fill(Initializer.Parse(text));
        // Five deviations of each estimate: deviation / sqrt(n) of the mean, deviation / sqrt(2n) of the deviation, and
        // sqrt(p (1 - p) / n) of the share within one deviation, p = 0.6827. The stream is fixed: it passes or does not.
        var mean = values.Average(value => (double)value);
        var measured = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        var within = values.Count(value => Math.Abs(value) < deviation) / (double)Count;
        Assert.InRange(mean, -5 * deviation / Math.Sqrt(Count), 5 * deviation / Math.Sqrt(Count));
        Assert.InRange(measured / deviation, 1 - 5 / Math.Sqrt(2.0 * Count), 1 + 5 / Math.Sqrt(2.0 * Count));
        Assert.InRange(within, 0.6827 - 5 * Math.Sqrt(0.6827 * 0.3173 / Count), 0.6827 + 5 * Math.Sqrt(0.6827 * 0.3173 / Count));
        Assert.True(Initializer.Parse(text).IsRandom);
    }

    [Theory]
    [InlineData("constant(0)", 0)]
    [InlineData("constant(1)", 1)]
    [InlineData("constant(-0.25)", -0.25)]
    public void Constant_values_are_all_the_same(string text, float expected)
    {
        Assert.Equal(-1, Fill(Initializer.Parse(text)).AsSpan().IndexOfAnyExcept(expected));
        Assert.False(Initializer.Parse(text).IsRandom);
    }

    [Fact]
    public void Zeros_and_ones_are_constants()
    {
        Assert.Equal(Initializer.Constant(0), Initializer.Zeros);
        Assert.Equal(Initializer.Constant(1), Initializer.Ones);
    }

    [Fact]
    public void Text_and_back_is_the_same_initializer_for_any_number()
    {
        Assert.Equal(Initializer.Xavier, Initializer.Parse(Initializer.Xavier.ToString()));
        Property.Holds(Gen.Double, number =>
        {
            if (number > 0 && double.IsFinite(number))
                Same(Initializer.Gaussian(number));
            if (double.IsFinite(number))
                Same(Initializer.He(number));
            Same(Initializer.Constant(number));
        }, count: 2000);

        static void Same(Initializer initializer) => Assert.Equal(initializer, Initializer.Parse(initializer.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("he")]
    [InlineData("he()")]
    [InlineData("he(1")]
    [InlineData("he(1) ")]
    [InlineData("(1)")]
    [InlineData("He(1)")]
    [InlineData("gaussian(0,1)")]
    [InlineData("uniform(1)")]
    [InlineData("xavier(1)")]
    public void Other_texts_are_refused(string text) => Assert.Equal(
        $"'{text}' is no initializer: expected xavier, he(SLOPE), gaussian(DEVIATION) or constant(VALUE).",
        Assert.Throws<FormatException>(() => Initializer.Parse(text)).Message);

    [Theory]
    [InlineData("gaussian(0)")]
    [InlineData("gaussian(NaN)")]
    [InlineData("he(Infinity)")]
    public void Numbers_that_cannot_be_are_refused(string text) => Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.Parse(text));

    private static float[] Fill(Initializer initializer)
    {
        var values = new float[Count];
        var random = new Philox(seed: 3, RandomPurpose.Weights, index: 0);
        initializer.Fill(values, fanIn: 300, fanOut: 100, ref random);
        return values;
    }
}
