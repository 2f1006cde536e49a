using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Batchwise.Tests.InstructionSets;

/// <summary>In a leg, that its switch did what it is there for; in the suite itself, that no switch is on by mistake.</summary>
public class SwitchTests
{
    private static readonly string? Leg = Environment.GetEnvironmentVariable(ChildTests.Variable);

    [Fact]
    [Trait("leg", "instruction-set")]
    public void The_legs_instructions_are_gone()
    {
        if (Leg == "DOTNET_EnableAVX512")
            Assert.False(Avx512F.IsSupported || Vector512.IsHardwareAccelerated, "AVX-512 is still on.");
        else if (Leg == "DOTNET_EnableAVX2")
            Assert.False(Avx2.IsSupported || Fma.IsSupported || Vector256.IsHardwareAccelerated, "AVX2 is still on.");
        else
            Assert.Null(Leg);
    }

    [Fact]
    [Trait("leg", "no-intrinsics")]
    public void Without_intrinsics_no_vector_is_accelerated()
    {
        if (Leg == "DOTNET_EnableHWIntrinsic")
            Assert.False(Vector128.IsHardwareAccelerated || Vector256.IsHardwareAccelerated || Vector512.IsHardwareAccelerated, "Vectors are still on.");
        else
            Assert.Null(Leg);
    }
}
