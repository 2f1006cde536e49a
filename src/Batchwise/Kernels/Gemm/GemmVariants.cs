using System.Collections.Immutable;
using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>One way to compute a product, and when to take it.</summary>
/// <param name="Name">Its name in printed plans.</param>
/// <param name="Reason">Why it is taken where it fits.</param>
/// <param name="Fits">For which shapes and kernels it is taken, if none above it in the list was.</param>
/// <param name="Make">The plan.</param>
internal sealed record GemmVariant(string Name, string Reason, Func<GemmShape, KernelKind, bool> Fits, Func<GemmShape, KernelKind, GemmPlan> Make);

/// <summary>The ways to compute a product, in order: the first that fits is taken.</summary>
internal static class GemmVariants
{
    /// <summary>The list.</summary>
    public static readonly ImmutableArray<GemmVariant> All =
    [
        new("reference", "no vectors here, or asked for by name",
            (_, kind) => kind == KernelKind.Reference,
            (shape, _) => new ReferenceGemm(shape)),
        new("block", "B is small: it stays in the second-level cache as it lies",
            (shape, _) => !shape.TransposeB && (long)shape.N * shape.K <= 128 * 1024,
            (shape, kind) => kind switch
            {
                KernelKind.Vector512 => new BlockGemm<Vector512Operations, Vector512<float>>(shape),
                KernelKind.Vector256 => new BlockGemm<Vector256Operations, Vector256<float>>(shape),
                _ => new BlockGemm<Vector128Operations, Vector128<float>>(shape),
            }),
        new("panels", "few columns reuse A: it is not worth packing, B is",
            (shape, _) => shape.N <= 128,
            (shape, kind) => Panel(shape, kind, packA: false)),
        new("packed", "both operands are reused often enough to pay for packing",
            (_, _) => true,
            (shape, kind) => Panel(shape, kind, packA: true)),
    ];

    /// <summary>The variant for a shape.</summary>
    public static GemmVariant Choose(GemmShape shape, KernelKind kind)
    {
        foreach (var variant in All)
        {
            if (variant.Fits(shape, kind))
                return variant;
        }
        throw new InvalidOperationException($"No variant computes {shape}.");
    }

    private static GemmPlan Panel(GemmShape shape, KernelKind kind, bool packA) => kind switch
    {
        KernelKind.Vector512 => new PanelGemm<Vector512Operations, Vector512<float>>(shape, packA),
        KernelKind.Vector256 => new PanelGemm<Vector256Operations, Vector256<float>>(shape, packA),
        _ => new PanelGemm<Vector128Operations, Vector128<float>>(shape, packA),
    };
}
