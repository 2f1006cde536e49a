using System.Globalization;
using System.Text;

namespace Batchwise.Lab;

/// <summary>Writes what experiments found as one page that a person reads: everything in one file, nothing fetched.</summary>
public static class HtmlReport
{
    /// <summary>Writes the page, whole or not at all.</summary>
    /// <param name="results">The results in the order in which they are told.</param>
    /// <param name="path">The file to make or to replace. Its folder must exist.</param>
    /// <exception cref="ArgumentException">There are no results, or the path is no file's.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(IReadOnlyList<ExperimentResult> results, string path)
    {
        ArgumentNullException.ThrowIfNull(results);
        if (results.Count == 0)
            throw new ArgumentException("There are no results to report: run an experiment first, or name the folder that holds its results.", nameof(results));
        var page = Page(results);
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(page)));
    }

    /// <summary>The page's text.</summary>
    internal static string Page(IReadOnlyList<ExperimentResult> results)
    {
        var html = new HtmlWriter();
        html.Raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Raw("<meta name=\"color-scheme\" content=\"light dark\">\n")
            .Raw("<title>Batchwise Lab: what normalization does</title>\n")
            .Raw("<style>\n").Raw(ReportStyle.Text).Raw("</style>\n</head>\n<body>\n")
            .Raw("<a class=\"skip\" href=\"#contents\">To the questions</a>\n<div class=\"page\">\n");
        Sidebar(html, results);
        html.Raw("<main>\n");
        Head(html, results);
        Contents(html, results);
        for (var i = 0; i < results.Count; i++)
            new ReportSection(html, results[i], i + 1).Write();
        html.Raw("</main>\n</div>\n<script>\n").Raw(ReportScript.Text).Raw("</script>\n</body>\n</html>\n");
        return html.ToString();
    }

    private static void Sidebar(HtmlWriter html, IReadOnlyList<ExperimentResult> results)
    {
        html.Raw("<nav class=\"side\" aria-label=\"Experiments\">\n<ol>\n");
        for (var i = 0; i < results.Count; i++)
            html.Raw($"<li><a href=\"#{ReportSection.Id(results[i], i + 1)}\">").Text(results[i].Title).Raw("</a></li>\n");
        html.Raw("</ol>\n</nav>\n");
    }

    private static void Head(HtmlWriter html, IReadOnlyList<ExperimentResult> results)
    {
        html.Raw("<header>\n<h1>Batchwise Lab</h1>\n<p class=\"lead\">")
            .Text("What does batch normalization do to the training of a network, and what do the methods that came after it? "
                + "Each section asks one question, answers it from runs on this machine, and says how it was measured, so that it can be run again.")
            .Raw("</p>\n<ul class=\"data\">\n");
        foreach (var dataset in results.Select(result => result.Dataset).Distinct())
        {
            html.Raw("<li>");
            if (dataset.Generated)
                html.Raw("<strong class=\"flag\">Not MNIST</strong> ");
            html.Raw("<strong>").Text(dataset.Name).Raw("</strong>: ").Text(Sizes(dataset)).Text(". Source: ").Linked(dataset.Source.TrimEnd('.')).Text(".");
            if (dataset.Generated)
                html.Text(" These data were generated and are no benchmark: the numbers compare with each other, not with those of a paper.");
            html.Raw("</li>\n");
        }
        html.Raw("</ul>\n");
        var quick = results.Count(result => result.Quick);
        if (quick > 0)
            html.Raw("<p class=\"warning\"><strong>Quick look.</strong> ").Text(quick == results.Count ? "All experiments here had" : string.Create(CultureInfo.InvariantCulture, $"{quick} of {results.Count} experiments here had"))
                .Text(" one seed and a smaller budget: they show what the experiment looks like and answer nothing.").Raw("</p>\n");
        html.Raw("</header>\n");
    }

    private static void Contents(HtmlWriter html, IReadOnlyList<ExperimentResult> results)
    {
        html.Raw("<nav class=\"contents\" aria-labelledby=\"contents\">\n<h2 id=\"contents\">Questions and answers</h2>\n<ol>\n");
        for (var i = 0; i < results.Count; i++)
        {
            html.Raw($"<li><a href=\"#{ReportSection.Id(results[i], i + 1)}\">").Text(results[i].Question).Raw("</a>\n");
            ReportSection.Answer(html, results[i]);
            html.Raw("</li>\n");
        }
        html.Raw("</ol>\n</nav>\n");
    }

    /// <summary>How many examples are for what.</summary>
    internal static string Sizes(DatasetResult dataset) => string.Create(
        CultureInfo.InvariantCulture,
        $"{dataset.Train:N0} examples to train on, {dataset.Validation:N0} held out for every choice, {dataset.Test:N0} to test");
}
