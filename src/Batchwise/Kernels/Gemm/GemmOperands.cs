namespace Batchwise.Kernels;

/// <summary>What a task of a matrix product works on. The matrices are row-major, with a stride between rows.</summary>
internal readonly ref struct GemmOperands
{
    /// <summary>A: [M, K], or [K, M] where the shape says transposed.</summary>
    public ReadOnlySpan<float> A { get; init; }

    /// <summary>Floats from one row of A, as stored, to the next.</summary>
    public int AStride { get; init; }

    /// <summary>B: [K, N], or [N, K] where the shape says transposed.</summary>
    public ReadOnlySpan<float> B { get; init; }

    /// <summary>Floats from one row of B, as stored, to the next.</summary>
    public int BStride { get; init; }

    /// <summary>C: [M, N]; overlaps no other operand.</summary>
    public Span<float> C { get; init; }

    /// <summary>Floats from one row of C to the next.</summary>
    public int CStride { get; init; }

    /// <summary>Whether the sums start from what C holds; else C is only written.</summary>
    public bool Accumulate { get; init; }

    /// <summary>Scratch that all tasks share and that lives from the first phase to the last.</summary>
    public Span<float> SharedScratch { get; init; }

    /// <summary>Scratch of this worker alone, which lives for one task.</summary>
    public Span<float> WorkerScratch { get; init; }
}
