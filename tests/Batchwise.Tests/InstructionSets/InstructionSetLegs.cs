using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Batchwise.Tests.InstructionSets;

/// <summary>
/// Runs the tests marked for it again, in a child process whose runtime does without some of this machine's instructions:
/// <c>[Trait("leg", "instruction-set")]</c> without AVX-512 and without AVX2, <c>[Trait("leg", "no-intrinsics")]</c> (tiny
/// shapes: it is slow) without any.
/// </summary>
[Collection(Dotnet.Collection)]
public class InstructionSetLegs(ITestOutputHelper output)
{
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

    private Task Leg(string name, string trait) => ChildTests.Run(output, trait, name, new Dictionary<string, string> { [name] = "0" }, Limit);
}
