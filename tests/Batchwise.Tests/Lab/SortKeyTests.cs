using Batchwise.Lab;

namespace Batchwise.Tests.Lab;

/// <summary>The numbers by which texts of tables are sorted.</summary>
public class SortKeyTests
{
    [Theory]
    [InlineData("0.9731 ± 0.0012", 0.9731)]
    [InlineData("5,000", 5000)]
    [InlineData("12,345,678.5", 12345678.5)]
    [InlineData("-0.5", -0.5)]
    [InlineData("\u22120.5", -0.5)]
    [InlineData("+3", 3)]
    [InlineData(".5", 0.5)]
    [InlineData("1e-3", 0.001)]
    [InlineData("3 of 5", 3)]
    [InlineData("97 %", 97)]
    [InlineData("0.02 [0.01, 0.03]", 0.02)]
    [InlineData("10.4x", 10.4)]
    public void The_first_number_counts(string text, double expected) => Assert.Equal(expected, SortKey.Of(text));

    [Theory]
    [InlineData("-")]
    [InlineData("")]
    [InlineData("diverged")]
    [InlineData("not reached")]
    [InlineData("e5")]
    [InlineData("NaN")]
    public void A_text_without_one_has_none(string text) => Assert.Null(SortKey.Of(text));

    [Fact]
    public void A_bound_lies_just_beyond_its_number()
    {
        Assert.InRange(SortKey.Of("> 5,000")!.Value, double.BitIncrement(5000), 5000.00001);
        Assert.InRange(SortKey.Of("< 0.01")!.Value, 0.00999999, double.BitDecrement(0.01));
    }
}
