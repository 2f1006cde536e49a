using System.Text.RegularExpressions;

namespace Batchwise.Tests.Docs;

/// <summary>The examples of docs/extending.md that name a file show what that file holds, which the test project compiles and runs.</summary>
public class ExtendingTests
{
    private static readonly string Text = File.ReadAllText(Repository.PathTo("docs/extending.md")).ReplaceLineEndings("\n");

    [Fact]
    public void Its_examples_are_the_files_that_they_name()
    {
        var examples = Regex.Matches(Text, "<!-- (.+?\\.cs) -->\n```csharp\n(.*?)\n```", RegexOptions.Singleline);
        Assert.Equal(2, examples.Count);
        Assert.All(examples, example =>
        {
            var file = File.ReadAllText(Repository.PathTo(example.Groups[1].Value)).ReplaceLineEndings("\n");
            Assert.Equal(file[(file.IndexOf(";\n", StringComparison.Ordinal) + 1)..].Trim(), example.Groups[2].Value);
        });
    }
}
