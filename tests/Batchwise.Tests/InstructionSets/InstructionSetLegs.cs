using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Xml.Linq;

namespace Batchwise.Tests.InstructionSets;

/// <summary>
/// Runs the tests marked for it again, in a child process whose runtime does without some of this machine's instructions:
/// <c>[Trait("leg", "instruction-set")]</c> without AVX-512 and without AVX2, <c>[Trait("leg", "no-intrinsics")]</c> (tiny
/// shapes: it is slow) without any.
/// </summary>
[Collection(Dotnet.Collection)]
public class InstructionSetLegs(ITestOutputHelper output)
{
    /// <summary>The environment variable that holds the switch of the leg a process runs; absent in the suite itself.</summary>
    public const string Variable = "BATCHWISE_TEST_LEG";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Fact]
    public Task Without_Avx512()
    {
        Assert.SkipUnless(Avx512F.IsSupported, "This machine has no AVX-512, or it is already switched off.");
        return Leg("DOTNET_EnableAVX512", "instruction-set");
    }

    [Fact]
    public Task Without_Avx2()
    {
        Assert.SkipUnless(Avx2.IsSupported, "This machine has no AVX2, or it is already switched off.");
        return Leg("DOTNET_EnableAVX2", "instruction-set");
    }

    [Fact]
    public Task Without_any_intrinsics()
    {
        Assert.SkipUnless(Vector128.IsHardwareAccelerated, "This machine has no vector instructions, or they are already switched off.");
        return Leg("DOTNET_EnableHWIntrinsic", "no-intrinsics");
    }

    private async Task Leg(string name, string trait)
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(Variable) is not null, "This process is a leg itself.");
        var folder = Directory.CreateTempSubdirectory("batchwise-leg-");
        try
        {
            var results = Path.Combine(folder.FullName, "results.xml");
            var (exitCode, text) = await Dotnet.Run(
                Dotnet.CommandOrSkip(),
                ["exec", typeof(InstructionSetLegs).Assembly.Location, "-trait", $"leg={trait}", "-noColor", "-noLogo", "-result-xml", results],
                AppContext.BaseDirectory,
                new Dictionary<string, string> { [Variable] = name, [name] = "0" },
                Limit);
            output.WriteLine(text);
            Assert.True(exitCode == 0, $"The tests failed with {name}=0:{Environment.NewLine}{text}");
            var totals = Assert.Single(XDocument.Load(results).Descendants("assembly"));
            var ran = (int)totals.Attribute("passed")!;
            Assert.True(ran >= 1, $"No test with the trait leg={trait} ran with {name}=0:{Environment.NewLine}{text}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
