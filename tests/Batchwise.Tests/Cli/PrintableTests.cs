using Batchwise.Cli;

namespace Batchwise.Tests.Cli;

public class PrintableTests
{
    [Theory]
    [InlineData("\u001B[31mred\u0007", "\\u001B[31mred\\u0007")]
    [InlineData("a\r\nb\tc", "a\\u000D\\u000Ab\\u0009c")]
    [InlineData("\u009B31m", "\\u009B31m")]
    [InlineData("a\u202Eb\u2066c\u200Fd\uFEFF", "a\\u202Eb\\u2066c\\u200Fd\\uFEFF")]
    [InlineData("a\u2028b\u2029c\u0085d", "a\\u2028b\\u2029c\\u0085d")]
    [InlineData("\U000E0041", "\\U000E0041")]
    [InlineData("Zürich, 猫, 👩‍👩‍👧, می‌خواهم", "Zürich, 猫, 👩‍👩‍👧, می‌خواهم")]
    public void What_a_terminal_would_obey_is_shown_as_text(string text, string expected) => Assert.Equal((expected, expected), (Printable.Line(text), Printable.Name(text)));

    [Fact]
    public void Lines_stay_lines() => Assert.Equal($"a{Environment.NewLine}\\u001Bb{Environment.NewLine}", Printable.Lines("a\r\n\u001Bb\n"));

    [Fact]
    public void What_is_too_long_keeps_both_ends()
    {
        var name = "begin" + new string('x', 990) + "done.";
        Assert.Equal(name, Printable.Line(name));
        var shown = Printable.Name(name);
        Assert.Equal($"begin{new string('x', 70)} [900 characters] {new string('x', 20)}done.", shown);
        Assert.InRange(Printable.Line(new string('\u001B', 10_000_000)).Length, 4_000, 30_000);

        // Cut through the middle of a pair.
        Assert.DoesNotContain(Printable.Name("x" + string.Concat(Enumerable.Repeat("😀", 100))), char.IsControl);
    }
}
