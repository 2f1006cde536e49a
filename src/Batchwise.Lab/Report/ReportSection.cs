using System.Globalization;

namespace Batchwise.Lab;

/// <summary>One question's section of the report.</summary>
/// <param name="html">Where it goes.</param>
/// <param name="result">What was found.</param>
/// <param name="number">Its place in the report, from 1.</param>
sealed class ReportSection(HtmlWriter html, ExperimentResult result, int number)
{
    private readonly string _id = Id(result, number);

    /// <summary>The section's id; two results may have one name.</summary>
    public static string Id(ExperimentResult result, int number)
    {
        var name = string.Concat(result.Name.ToLowerInvariant().Select(character => char.IsAsciiLetterOrDigit(character) ? character : '-'));
        return string.Create(CultureInfo.InvariantCulture, $"q{number}-{name.Trim('-')}");
    }

    /// <summary>The answer; for a quick run that there is none.</summary>
    public static void Answer(HtmlWriter html, ExperimentResult result)
    {
        if (result.Quick)
            html.Raw("<p class=\"answer none\"><strong>No answer.</strong> This was a quick look with one seed, which answers nothing.</p>\n");
        else if (result.Answer is null)
            html.Raw("<p class=\"answer none\"><strong>No answer.</strong> The runs do not settle the question.</p>\n");
        else
            html.Raw("<p class=\"answer\">").Text(result.Answer).Raw("</p>\n");
    }

    public void Write()
    {
        html.Raw($"<section id=\"{_id}\" aria-labelledby=\"{_id}-title\">\n<h2 id=\"{_id}-title\">").Text(result.Title).Raw("</h2>\n<p class=\"question\">")
            .Text(result.Question).Raw("</p>\n");
        Answer(html, result);
        if (result.Dataset.Generated)
            html.Raw("<p class=\"warning\"><strong class=\"flag\">Not MNIST</strong> ").Text($"Measured on {result.Dataset.Name}, which were generated and are no benchmark.").Raw("</p>\n");
        for (var i = 0; i < result.Figures.Length; i++)
            ReportFigure.Write(html, result.Figures[i], string.Create(CultureInfo.InvariantCulture, $"{_id}-f{i + 1}"));
        for (var i = 0; i < result.Tables.Length; i++)
            ReportTable.Write(html, result.Tables[i], string.Create(CultureInfo.InvariantCulture, $"{_id}-t{i + 1}"));
        Comparison();
        Refusals();
        if (result.Notes.Length > 0)
        {
            html.Raw("<h3>To judge the numbers</h3>\n<ul class=\"notes\">\n");
            foreach (var note in result.Notes)
                html.Raw("<li>").Linked(note).Raw("</li>\n");
            html.Raw("</ul>\n");
        }
        Measurement();
        html.Raw("<p class=\"up\"><a href=\"#contents\">All questions</a></p>\n</section>\n");
    }

    private void Comparison()
    {
        html.Raw("<div class=\"compare\">\n<div>\n<h3>The literature says</h3>\n<p>").Linked(result.Literature).Raw("</p>\n</div>\n<div>\n<h3>Here</h3>\n<p>");
        if (result.Quick || result.Here is null)
            html.Text(result.Quick ? "Nothing yet: a quick look is not compared." : "Not compared.");
        else
            html.Linked(result.Here);
        html.Raw("</p>\n</div>\n</div>\n");
    }

    private void Refusals()
    {
        if (result.Refused.Length == 0)
            return;
        html.Raw("<h3>Not run</h3>\n<dl class=\"facts\">\n");
        foreach (var refused in result.Refused)
            html.Raw("<dt>").Text(refused.Cell).Raw("</dt><dd>").Text(refused.Reason).Raw("</dd>\n");
        html.Raw("</dl>\n");
    }

    private void Measurement()
    {
        html.Raw("<h3>How it was measured</h3>\n<p>").Linked(result.Protocol).Raw("</p>\n");
        html.Raw($"<div class=\"command\"><code tabindex=\"0\" id=\"{_id}-command\">").Text(result.Command).Raw("</code></div>\n<dl class=\"facts\">\n");
        Fact("Seeds", result.Seeds.IsDefaultOrEmpty ? "none" : string.Join(", ", result.Seeds));
        Fact("Data", $"{result.Dataset.Name}: {HtmlReport.Sizes(result.Dataset)}");
        Fact("Machine", string.Create(CultureInfo.InvariantCulture, $"{result.Machine.Cpu}; {result.Machine.Isa} kernels; {result.Machine.Threads} runs side by side, one thread each; {result.Machine.Runtime}"));
        Fact("Version", $"Batchwise {result.Version}");
        Fact("Time", $"{Duration(result.Seconds)}, summed over all runs");
        html.Raw("</dl>\n");
    }

    private void Fact(string name, string text) => html.Raw($"<dt>{name}</dt><dd>").Text(text).Raw("</dd>\n");

    private static string Duration(double seconds)
    {
        if (!double.IsFinite(seconds) || seconds < 0)
            return "not known";
        var whole = TimeSpan.FromSeconds(Math.Min(seconds, 1e9));
        return seconds switch
        {
            < 100 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s"),
            < 6000 => string.Create(CultureInfo.InvariantCulture, $"{(int)whole.TotalMinutes} min {whole.Seconds} s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{(int)whole.TotalHours:N0} h {whole.Minutes} min"),
        };
    }
}
