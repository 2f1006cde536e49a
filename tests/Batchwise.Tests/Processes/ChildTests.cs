using System.Xml.Linq;

namespace Batchwise.Tests;

/// <summary>Runs tests of this suite again, in a child process of their own.</summary>
internal static class ChildTests
{
    /// <summary>The environment variable that names what a child process runs; absent in the suite itself.</summary>
    public const string Variable = "BATCHWISE_TEST_LEG";

    /// <summary>Skips a test that may end its process, unless that is the child which was started for it.</summary>
    public static void SkipUnlessIn(string leg) => Assert.SkipUnless(
        Environment.GetEnvironmentVariable(Variable) == leg, $"It may end its process, and runs in a child with {Variable}={leg}.");

    /// <summary>Runs the tests with the trait <c>leg</c> of a value, and fails unless all pass and one at least ran.</summary>
    /// <param name="output">Where what the child prints goes.</param>
    /// <param name="trait">The trait's value.</param>
    /// <param name="leg">What <see cref="Variable"/> says to the child.</param>
    /// <param name="variables">Further environment variables.</param>
    /// <param name="limit">After which the child is ended.</param>
    public static async Task Run(ITestOutputHelper output, string trait, string leg, IReadOnlyDictionary<string, string> variables, TimeSpan limit)
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(Variable) is not null, "This process is a child of the suite itself.");
        var folder = Directory.CreateTempSubdirectory("batchwise-leg-");
        try
        {
            var results = Path.Combine(folder.FullName, "results.xml");
            var (exitCode, text) = await Dotnet.Run(
                Dotnet.CommandOrSkip(),
                ["exec", typeof(ChildTests).Assembly.Location, "-trait", $"leg={trait}", "-noColor", "-noLogo", "-result-xml", results],
                AppContext.BaseDirectory,
                new Dictionary<string, string>(variables) { [Variable] = leg },
                limit);
            output.WriteLine(text);
            Assert.True(exitCode == 0, $"The tests of leg {leg} failed:{Environment.NewLine}{text}");
            var totals = Assert.Single(XDocument.Load(results).Descendants("assembly"));
            var ran = (int)totals.Attribute("passed")!;
            Assert.True(ran >= 1, $"No test with the trait leg={trait} ran in leg {leg}:{Environment.NewLine}{text}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
