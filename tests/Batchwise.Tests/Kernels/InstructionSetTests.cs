using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels;

[Trait("leg", "instruction-set")]
[Trait("leg", "no-intrinsics")]
public class InstructionSetTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void The_processor_chooses_where_the_environment_does_not(string? name) =>
        Assert.Equal((InstructionSet.Widest, null), InstructionSet.Choose(name));

    [Fact]
    public void Every_supported_kind_can_be_forced_by_its_name()
    {
        foreach (var kind in Enum.GetValues<KernelKind>().Where(InstructionSet.Supports))
            Assert.Equal((kind, null), InstructionSet.Choose(InstructionSet.NameOf(kind)));
        Assert.Equal(KernelKind.Reference, InstructionSet.Choose(" Reference ").Kind);
    }

    [Fact]
    public void A_name_that_is_unknown_is_refused_with_the_known_ones()
    {
        var problem = InstructionSet.Choose("avx9").Problem;
        Assert.NotNull(problem);
        Assert.Contains("avx9", problem, StringComparison.Ordinal);
        Assert.Contains("reference, vector128, vector256 or vector512", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kind_that_the_processor_lacks_is_refused_with_what_it_has()
    {
        foreach (var kind in Enum.GetValues<KernelKind>().Where(kind => !InstructionSet.Supports(kind)))
        {
            var problem = InstructionSet.Choose(InstructionSet.NameOf(kind)).Problem;
            Assert.NotNull(problem);
            Assert.Contains($"are {InstructionSet.NameOf(InstructionSet.Widest)}", problem, StringComparison.Ordinal);
        }
    }
}
