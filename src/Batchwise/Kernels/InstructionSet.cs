using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>
/// Which kernels run in this process: the widest that the processor accelerates, or the one that the environment variable
/// <c>BATCHWISE_KERNEL</c> names (<c>reference</c>, <c>vector128</c>, <c>vector256</c>, <c>vector512</c>). Fixed at the
/// first use.
/// </summary>
internal static class InstructionSet
{
    /// <summary>The name of the environment variable that forces the choice.</summary>
    public const string Variable = "BATCHWISE_KERNEL";

    // A failure is kept, not thrown here: from an initializer it would arrive as a TypeInitializationException.
    private static readonly (KernelKind Kind, string? Problem) Choice = Choose(Environment.GetEnvironmentVariable(Variable));

    /// <summary>The kernels in use.</summary>
    /// <exception cref="InvalidOperationException">The environment names kernels that are unknown or do not run here.</exception>
    public static KernelKind Current =>
        Choice.Problem is null ? Choice.Kind : throw new InvalidOperationException(Choice.Problem);

    /// <summary>The widest kernels that this processor accelerates.</summary>
    public static KernelKind Widest =>
        Vector512.IsHardwareAccelerated ? KernelKind.Vector512
        : Vector256.IsHardwareAccelerated ? KernelKind.Vector256
        : Vector128.IsHardwareAccelerated ? KernelKind.Vector128
        : KernelKind.Reference;

    /// <summary>Whether these kernels run here at the speed of hardware.</summary>
    public static bool Supports(KernelKind kind) => kind switch
    {
        KernelKind.Vector512 => Vector512.IsHardwareAccelerated,
        KernelKind.Vector256 => Vector256.IsHardwareAccelerated,
        KernelKind.Vector128 => Vector128.IsHardwareAccelerated,
        _ => true,
    };

    /// <summary>The kernels that a value of the environment variable asks for, or what is wrong with it.</summary>
    /// <param name="name">The value; null or empty leaves the choice to the processor.</param>
    public static (KernelKind Kind, string? Problem) Choose(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
            return (Widest, null);
        KernelKind? asked = name.Trim().ToUpperInvariant() switch
        {
            "REFERENCE" => KernelKind.Reference,
            "VECTOR128" => KernelKind.Vector128,
            "VECTOR256" => KernelKind.Vector256,
            "VECTOR512" => KernelKind.Vector512,
            _ => null,
        };
        if (asked is not { } kind)
            return (Widest, $"{Variable}={name} names no kernels: use reference, vector128, vector256 or vector512, or leave it unset.");
        return Supports(kind)
            ? (kind, null)
            : (Widest, $"{Variable}={name} does not run here: the widest vectors of this processor are {NameOf(Widest)}. Leave it unset, or name those or narrower ones.");
    }

    /// <summary>The name by which the environment variable knows these kernels.</summary>
    public static string NameOf(KernelKind kind) => kind switch
    {
        KernelKind.Vector128 => "vector128",
        KernelKind.Vector256 => "vector256",
        KernelKind.Vector512 => "vector512",
        _ => "reference",
    };
}
