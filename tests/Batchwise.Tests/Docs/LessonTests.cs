using System.Text.RegularExpressions;

namespace Batchwise.Tests.Docs;

/// <summary>The lessons and the guide's programs run, and print what their pages show; UPDATE_DOCS=1 writes what they print here into the pages.</summary>
[Collection(Dotnet.Collection)]
public partial class LessonTests(Lessons lessons) : IClassFixture<Lessons>
{
    public static TheoryData<string> Names => [.. Lessons.Names];

    public static TheoryData<string> Guide => [.. Lessons.Guide];

    [Theory]
    [MemberData(nameof(Names))]
    public Task A_lesson_prints_what_its_page_shows(string name) => Prints(name, $"docs/lessons/{name}.md", $"samples/lessons/{name}.cs");

    [Theory]
    [MemberData(nameof(Guide))]
    public Task A_program_of_the_guide_prints_what_it_shows(string name) => Prints(name, "docs/guide.md", $"samples/guide/{name}.cs");

    private async Task Prints(string name, string file, string sample)
    {
        var path = Repository.PathTo(file);
        var page = File.ReadAllText(path).ReplaceLineEndings("\n");
        Assert.Contains($"dotnet run {sample}", page, StringComparison.Ordinal);
        var program = $"```csharp\n{Lessons.Program(name)}\n```";
        Assert.Contains(program, page, StringComparison.Ordinal);

        var printed = (await lessons.Run(name)).ReplaceLineEndings("\n").Trim();
        var shown = Shown().Match(page, page.IndexOf(program, StringComparison.Ordinal)).Groups[1].Value;
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            File.WriteAllText(path, page.Replace(shown, shown = printed, StringComparison.Ordinal));
        // Another processor rounds otherwise, so training takes another course there: figures may differ, words may not.
        Assert.Equal(WithoutFigures(shown), WithoutFigures(printed));
    }

    [Fact]
    public void The_index_lists_every_lesson()
    {
        var index = File.ReadAllText(Repository.PathTo("docs/lessons/README.md"));
        Assert.Equal(6, Lessons.Names.Length);
        Assert.All(Lessons.Names, name => Assert.Contains($"({name}.md)", index, StringComparison.Ordinal));
    }

    private static string WithoutFigures(string text) => Blanks().Replace(Figures().Replace(text, "#"), " ");

    [GeneratedRegex("```text\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Shown();

    [GeneratedRegex(@"-?\d[\d.,]*(e[+-]?\d+)?( %)?")]
    private static partial Regex Figures();

    [GeneratedRegex(@"[ -]+")]
    private static partial Regex Blanks();
}
