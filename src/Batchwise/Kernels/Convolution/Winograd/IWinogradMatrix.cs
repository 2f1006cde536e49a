namespace Batchwise.Kernels;

/// <summary>One of the small constant matrices of a Winograd convolution, as the arithmetic of its product with a vector.</summary>
internal unsafe interface IWinogradMatrix
{
    /// <summary>Values that a product takes.</summary>
    static abstract int Inputs { get; }

    /// <summary>The index of the last of them; the others are numbered from 0 without a gap.</summary>
    static abstract int LastInput { get; }

    /// <summary>Values that a product gives.</summary>
    static abstract int Outputs { get; }

    /// <summary>The index of the last of them; the others are numbered from 0 without a gap.</summary>
    static abstract int LastOutput { get; }

    /// <summary>
    /// target = matrix source, for as many channels as a vector holds. Each value is one fixed chain of operations: its bits do not
    /// depend on where it lies.
    /// </summary>
    /// <param name="source">Value j at <c>source[j * sourceStep]</c>; all are read before any is written.</param>
    /// <param name="sourceStep">Floats from one value to the next.</param>
    /// <param name="target">Value i at <c>target[i * targetStep]</c>.</param>
    /// <param name="targetStep">Floats from one value to the next.</param>
    static abstract void Apply<TOperations, TVector>(float* source, nint sourceStep, float* target, nint targetStep)
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct;
}
