namespace Batchwise.Kernels;

/// <summary>
/// What a task of a convolution works on. In every direction the same three tensors, one of which is written: y, dx in the place
/// of x, or dWeight in the place of the weight.
/// </summary>
internal readonly ref struct ConvolutionOperands
{
    /// <summary>Samples of this batch.</summary>
    public required int Count { get; init; }

    /// <summary>x or dx: [Count x Positions, Channels].</summary>
    public required Span<float> X { get; init; }

    /// <summary>Floats from one place of x to the next.</summary>
    public required int XStride { get; init; }

    /// <summary>The weight or its gradient: [KernelHeight, KernelWidth, Channels / Groups, Outputs], dense.</summary>
    public required Span<float> Weight { get; init; }

    /// <summary>y or dy: [Count x OutPositions, Outputs].</summary>
    public required Span<float> Y { get; init; }

    /// <summary>Floats from one place of y to the next.</summary>
    public required int YStride { get; init; }

    /// <summary>
    /// The weight in the plan's own form: [<see cref="ConvolutionPlan.PreparedWeight"/>]; holds anything before the weight tasks
    /// have run.
    /// </summary>
    public Span<float> PreparedWeight { get; init; }

    /// <summary>
    /// Whether the weight tasks have run already, for this weight: then <see cref="Weight"/> may be empty where the plan has a
    /// form of its own.
    /// </summary>
    public bool IsPrepared { get; init; }

    /// <summary>
    /// Where dy is not in memory, how it is computed from the gradient of what follows, which is then in <see cref="Y"/>. For plans
    /// that take it (<see cref="ConvolutionPlan.TakesCorrection"/>); others are given none.
    /// </summary>
    public CorrectedRows Correction { get; init; }

    /// <summary>Whether dx is added to what is there; y and dWeight are only written.</summary>
    public bool Accumulate { get; init; }

    /// <summary>Scratch that all tasks share and that lives from the first phase to the last; holds anything at first.</summary>
    public Span<float> SharedScratch { get; init; }

    /// <summary>Scratch of this worker alone, which lives for one task; holds anything at first.</summary>
    public Span<float> WorkerScratch { get; init; }
}
