using System.Collections.Immutable;
using System.Net;
using System.Text.RegularExpressions;
using Batchwise.Lab;
using Batchwise.Tests.Formats;

namespace Batchwise.Tests.Lab;

/// <summary>The report as a page: what it says, and that it fetches and runs nothing that it should not.</summary>
public partial class ReportTests
{
    private const string Hostile = "</style></script><script>alert(1)</script><img src=x onerror='alert(2)'>\"&\u0001";

    [Fact]
    public void Each_question_stands_in_the_contents_and_in_its_section_with_its_answer()
    {
        var text = Text(HtmlReport.Page([LabSamples.Result("one", "Is it one?"), LabSamples.Result("two", "Is it two?")]));
        foreach (var sentence in new[] { "Is it one?", "Is it two?", "Yes, one does by 0.02.", "Yes, two does by 0.02." })
            Assert.Equal(2, Count(text, sentence));
    }

    [Fact]
    public void A_section_says_all_that_the_result_holds()
    {
        var text = Text(HtmlReport.Page([LabSamples.Result("one")]));
        foreach (var part in new[]
        {
            "Title of one", "A curve.", "Lines are medians.", "Arms", "A note.", "It helps much, see https://arxiv.org/abs/1502.03167.", "It helps less.",
            "Five seeds, each once.", "batchwise lab one --seeds 5", "11, 12", "A processor; vector256 kernels; 2 runs side by side, one thread each; .NET 10",
            "Batchwise 0.1.0", "78 min 31 s", "a batch of 1", "It has no variance.", "Rates beyond the grid were not tried.", "55,000 examples to train on",
        })
            Assert.Contains(part, text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_quick_look_answers_nothing()
    {
        var text = Text(HtmlReport.Page([LabSamples.Result("one") with { Quick = true }]));
        Assert.DoesNotContain("Yes, one does", text, StringComparison.Ordinal);
        Assert.DoesNotContain("It helps less.", text, StringComparison.Ordinal);
        Assert.Equal(2, Count(text, "This was a quick look with one seed, which answers nothing."));
    }

    [Fact]
    public void Generated_data_are_said_to_be_no_benchmark()
    {
        Assert.DoesNotContain("Not MNIST", HtmlReport.Page([LabSamples.Result("one")]), StringComparison.Ordinal);
        var text = Text(HtmlReport.Page([LabSamples.Result("one") with { Dataset = LabSamples.Digits }]));
        Assert.Equal(2, Count(text, "Not MNIST"));
        Assert.Contains("generated digits", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_text_stays_text()
    {
        var page = HtmlReport.Page([HostileResult()]);
        Assert.Equal(1, Count(page, "<script"));
        Assert.Equal(1, Count(page, "</script"));
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\u0001', page);
        // As text, once for each place in which it was.
        Assert.True(Count(Text(page), "alert(1)") >= 17, Count(Text(page), "alert(1)").ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.All(Attributes().Matches(page), match => Assert.DoesNotMatch("(?i)^ *on", match.Value));
    }

    [Fact]
    public void Nothing_is_fetched()
    {
        var page = HtmlReport.Page([LabSamples.Result("one"), HostileResult()]);
        Assert.DoesNotMatch("(?i)<link|<script [^>]|<img|<iframe|<object|<embed|<base|@import|@font-face|xlink|srcset", page);
        Assert.DoesNotMatch("<[^>]*\\ssrc=", page);
        Assert.All(Urls().Matches(page), match => Assert.StartsWith("url(#", match.Value, StringComparison.Ordinal));
        // Addresses are namespaces, or links that a reader may follow.
        var rest = Links().Replace(page, "").Replace("xmlns=\"http://www.w3.org/2000/svg\"", "", StringComparison.Ordinal);
        Assert.DoesNotMatch("(?i)https?:", rest);
        Assert.Contains("<a href=\"https://arxiv.org/abs/1502.03167\" rel=\"noopener noreferrer\">https://arxiv.org/abs/1502.03167</a>.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_are_unique_and_what_refers_to_them_finds_them()
    {
        // The same result twice: same names, same drawings.
        var page = HtmlReport.Page([LabSamples.Result("one"), LabSamples.Result("one")]);
        string[] ids = [.. Ids().Matches(page).Select(match => match.Groups[1].Value)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Contains(ids, id => id.Contains("clipPath", StringComparison.Ordinal));
        Assert.All(References().Matches(page), match => Assert.Contains(match.Groups["id"].Value, ids));
    }

    [Fact]
    public void Cells_carry_the_numbers_by_which_they_sort()
    {
        var page = HtmlReport.Page([LabSamples.Result("one") with { Tables = [LabSamples.Table(["0.9731 ± 0.0012"], ["5,000"], ["-"])] }]);
        Assert.Contains("<table id=\"q1-one-t1\" class=\"sortable\">", page, StringComparison.Ordinal);
        Assert.Contains("<th scope=\"col\">arm</th><th scope=\"col\" class=\"number\">accuracy</th>", page, StringComparison.Ordinal);
        Assert.Contains("<td class=\"number\" data-key=\"0.9731\">0.9731 ± 0.0012</td>", page, StringComparison.Ordinal);
        Assert.Contains("<td class=\"number\" data-key=\"5000\">5,000</td>", page, StringComparison.Ordinal);
        Assert.Contains("<td class=\"number\">-</td>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_drawing_comes_without_its_heading_and_its_paper()
    {
        Assert.True(InlineSvg.TryRead(LabSamples.Line(2), "f-", "label", out var drawing, out _));
        Assert.DoesNotContain("standalone", drawing, StringComparison.Ordinal);
        Assert.DoesNotContain("Curves", drawing, StringComparison.Ordinal);
        Assert.Contains("viewBox=\"0 0 720 ", drawing, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme:dark", drawing, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<foreignObject><p>x</p></foreignObject>")]
    [InlineData("<a href=\"https://x.y\"><text>x</text></a>")]
    [InlineData("<image href=\"https://x.y/z.png\"/>")]
    [InlineData("<use href=\"#x\"/>")]
    [InlineData("<rect onclick=\"x()\"/>")]
    [InlineData("<rect fill=\"url(https://x.y#z)\"/>")]
    [InlineData("<rect style=\"fill:u\\72l(x)\"/>")]
    [InlineData("<style>@import 'x';</style>")]
    [InlineData("<style>.p1 rect{fill:red}body{display:none}</style>")]
    [InlineData("<style>.p1 rect,body{display:none}</style>")]
    [InlineData("<p xmlns=\"http://www.w3.org/1999/xhtml\">x</p>")]
    public void What_is_no_drawing_is_left_out_of_one(string content)
    {
        Assert.True(InlineSvg.TryRead($"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"p1\" style=\"position:fixed\"><g>{content}</g></svg>", "f-", "l", out var drawing, out _));
        Assert.DoesNotMatch("(?i)script|foreign|href|image|use|onclick|https:|style|<p|72l", drawing);
        Assert.Contains("viewBox=\"0 0 720 420\"", drawing, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "no XML")]
    [InlineData("<svg", "no XML")]
    [InlineData("<html/>", "not 'svg'")]
    [InlineData("<!DOCTYPE svg [<!ENTITY a \"b\">]><svg xmlns=\"http://www.w3.org/2000/svg\"><text>&a;</text></svg>", "no XML")]
    public void What_is_no_svg_is_named_and_left_out(string svg, string why)
    {
        Assert.False(InlineSvg.TryRead(svg, "f-", "l", out _, out var said));
        Assert.Contains(why, said, StringComparison.Ordinal);
        var result = LabSamples.Result("one") with { Figures = [new FigureResult("f", "t", "c", svg)] };
        Assert.Contains("The drawing cannot be shown", HtmlReport.Page([result]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_is_written_whole_or_not_at_all()
    {
        using var folder = new FormatsFolder();
        var path = folder.File("report.html");
        File.WriteAllText(path, "old");
        Assert.Throws<ArgumentException>(() => HtmlReport.Write([], path));
        Assert.Equal("old", File.ReadAllText(path));
        HtmlReport.Write([LabSamples.Result("one")], path);
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.EndsWith("</html>\n", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Equal(["report.html"], folder.Names());
    }

    private static ExperimentResult HostileResult() => LabSamples.Result("x") with
    {
        Name = Hostile,
        Title = Hostile,
        Question = Hostile,
        Answer = Hostile,
        Literature = Hostile + " https://x.y/\"onmouseover=alert(3)",
        Here = Hostile,
        Protocol = Hostile,
        Command = Hostile,
        Version = Hostile,
        Dataset = new DatasetResult(Hostile, Hostile, 1, 1, 1, Generated: true),
        Machine = new MachineResult(Hostile, Hostile, 1, Hostile),
        Figures = [new FigureResult(Hostile, Hostile, Hostile, $"<svg xmlns=\"http://www.w3.org/2000/svg\"><text>{WebUtility.HtmlEncode(Hostile.TrimEnd('\u0001'))}</text></svg>")],
        Tables = [new TableResult(Hostile, Hostile, [new TableColumn(Hostile, true)], [ImmutableArray.Create(Hostile)], Hostile)],
        Refused = [new RefusedCell(Hostile, Hostile)],
        Notes = [Hostile],
    };

    private static string Text(string page) => WebUtility.HtmlDecode(Tags().Replace(Unseen().Replace(page, ""), ""));

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex("<(head|script|style)>.*?</\\1>", RegexOptions.Singleline)]
    private static partial Regex Unseen();

    [GeneratedRegex(" [a-z-]+=(?=\"[^\"<>]*\")")]
    private static partial Regex Attributes();

    [GeneratedRegex("url\\([^)]*")]
    private static partial Regex Urls();

    [GeneratedRegex("<a href=\"https?:[^\"]*\" rel=\"noopener noreferrer\">[^<]*</a>")]
    private static partial Regex Links();

    [GeneratedRegex(" id=\"([^\"]*)\"")]
    private static partial Regex Ids();

    [GeneratedRegex("(href=\"#|labelledby=\"|url\\(#)(?<id>[^\")]*)")]
    private static partial Regex References();
}
