using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>
/// A vector seen as groups of four lanes, <em>quads</em>: what lets a matrix of at most four columns fill a wide vector
/// with several rows.
/// </summary>
/// <typeparam name="TVector">Vector128, 256 or 512 of float.</typeparam>
internal unsafe interface IQuadOperations<TVector>
    where TVector : struct
{
    /// <summary>Quads in a vector: a constant to the JIT.</summary>
    static abstract int Quads { get; }

    /// <summary>Every quad the same.</summary>
    static abstract TVector RepeatQuad(Vector128<float> quad);

    /// <summary>Quad g is read at <c>source + g * stride</c>.</summary>
    static abstract TVector LoadQuads(float* source, nint stride);

    /// <summary>The first <paramref name="count"/> lanes of quad g are read at <c>source + g * stride</c>; the others are zero.</summary>
    static abstract TVector LoadPartialQuads(float* source, nint stride, int count);

    /// <summary>The first <paramref name="count"/> lanes of quad g are written at <c>target + g * stride</c>.</summary>
    static abstract void StorePartialQuads(TVector value, float* target, nint stride, int count);

    /// <summary>Every lane of a quad becomes that quad's lane 0.</summary>
    static abstract TVector SpreadLane0(TVector value);

    /// <summary>Every lane of a quad becomes that quad's lane 1.</summary>
    static abstract TVector SpreadLane1(TVector value);

    /// <summary>Every lane of a quad becomes that quad's lane 2.</summary>
    static abstract TVector SpreadLane2(TVector value);

    /// <summary>Every lane of a quad becomes that quad's lane 3.</summary>
    static abstract TVector SpreadLane3(TVector value);

    /// <summary>Reads as many floats as there are quads; every lane of quad g becomes float g.</summary>
    static abstract TVector LoadSpread(float* source);
}
