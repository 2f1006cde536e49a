namespace Batchwise.Kernels;

/// <summary>The variants in which kernels exist, slowest first.</summary>
internal enum KernelKind
{
    /// <summary>Scalar, with double accumulators: the oracle of the others, and what runs where there are no vectors.</summary>
    Reference,

    /// <summary>Four floats at a time: NEON, or x86 without AVX2.</summary>
    Vector128,

    /// <summary>Eight floats at a time: AVX2.</summary>
    Vector256,

    /// <summary>Sixteen floats at a time: AVX-512.</summary>
    Vector512,
}
