namespace Batchwise.Kernels;

/// <summary>
/// How one direction of a convolution is computed: phases that run one after another, each of tasks that any workers run in any
/// order. All of it is fixed by shape and batch: an element's bits depend neither on who computes it nor on its place in a tile.
/// Immutable, shared by all workers.
/// </summary>
/// <param name="shape">The convolution.</param>
/// <param name="capacity">The largest batch.</param>
internal abstract class ConvolutionPlan(ConvolutionShape shape, int capacity)
{
    /// <summary>The convolution.</summary>
    public ConvolutionShape Shape { get; } = shape;

    /// <summary>The largest batch.</summary>
    public int Capacity { get; } = capacity;

    /// <summary>The number of phases, for any batch.</summary>
    public virtual int Phases => 1;

    /// <summary>Floats of scratch that all tasks share, for the largest batch.</summary>
    public virtual long SharedScratch => 0;

    /// <summary>Floats of the weight in the form in which the products read it; 0 where they read it as it is.</summary>
    public virtual long PreparedWeight => 0;

    /// <summary>
    /// How many tasks bring the weight into that form: the first ones of phase 0. They read the weight alone, so that they need
    /// not run again for a weight that has not changed.
    /// </summary>
    public virtual int WeightTasks => 0;

    /// <summary>Floats of scratch that every worker needs for itself, for any batch.</summary>
    public virtual long WorkerScratch => 0;

    /// <summary>Whether it reads dy row by row and each row once, so that the rows can be computed as it goes.</summary>
    public virtual bool TakesCorrection => false;

    /// <summary>The number of tasks in a phase for a batch of <paramref name="count"/> samples.</summary>
    public abstract int Tasks(int phase, int count);

    /// <summary>
    /// Which part of y or dx is complete when a task of the last phase is done: rows (places of the whole batch) and channels. The
    /// parts of all tasks cover the tensor once. Empty where the plan computes the weight's gradient.
    /// </summary>
    public virtual ConvolutionBlock Completes(int task, int count) => default;

    /// <summary>
    /// Which part of the weight's gradient is complete when a task of the last phase is done. The parts of all tasks cover it once.
    /// Empty where the plan computes y or dx.
    /// </summary>
    public virtual WeightBlock CompletesWeights(int task, int count) => default;

    /// <summary>Runs one of the weight tasks alone, before there is a batch.</summary>
    /// <param name="task">0 to <see cref="WeightTasks"/> - 1.</param>
    /// <param name="weight">The weight.</param>
    /// <param name="prepared">Receives the task's part of the prepared weight.</param>
    /// <param name="workerScratch">Scratch of this worker alone.</param>
    public void PrepareWeight(int task, Span<float> weight, Span<float> prepared, Span<float> workerScratch)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(task, WeightTasks);
        if (weight.Length < Shape.Weights || prepared.Length < PreparedWeight || workerScratch.Length < WorkerScratch)
            throw new ArgumentException($"The weight of the convolution {Shape} needs {Shape.Weights} floats, {PreparedWeight} prepared and {WorkerScratch} of scratch, not {weight.Length}, {prepared.Length} and {workerScratch.Length}.");
        RunTask(0, task, new ConvolutionOperands
        {
            Count = 1,
            X = default,
            XStride = 0,
            Weight = weight,
            Y = default,
            YStride = 0,
            PreparedWeight = prepared,
            WorkerScratch = workerScratch,
        });
    }

    /// <summary>Runs one task.</summary>
    /// <param name="phase">0 to <see cref="Phases"/> - 1; all tasks of the phase before are done.</param>
    /// <param name="task">0 to <see cref="Tasks"/> - 1.</param>
    /// <param name="operands">The same in all tasks of all phases, but for the worker's own scratch.</param>
    public void Run(int phase, int task, in ConvolutionOperands operands)
    {
        Check(operands);
        RunTask(phase, task, operands);
    }

    /// <summary>Runs one task on operands that have been checked.</summary>
    protected abstract void RunTask(int phase, int task, in ConvolutionOperands operands);

    private void Check(in ConvolutionOperands operands)
    {
        if (operands.Count < 1 || operands.Count > Capacity)
            throw new ArgumentException($"The convolution {Shape} is planned for 1 to {Capacity} samples, not {operands.Count}.", nameof(operands));
        Check("x", (long)operands.Count * Shape.Positions, Shape.Channels, operands.X.Length, operands.XStride);
        Check("y", (long)operands.Count * Shape.OutPositions, Shape.Outputs, operands.Y.Length, operands.YStride);
        if (operands.PreparedWeight.Length < PreparedWeight)
            throw new ArgumentException($"The convolution {Shape} needs {PreparedWeight} floats for its prepared weight, not {operands.PreparedWeight.Length}.", nameof(operands));
        if ((!operands.IsPrepared || PreparedWeight == 0) && operands.Weight.Length < Shape.Weights)
            throw new ArgumentException($"The weight of the convolution {Shape} has {Shape.Weights} floats, not {operands.Weight.Length}.", nameof(operands));
        if (operands.SharedScratch.Length < SharedScratch || operands.WorkerScratch.Length < WorkerScratch)
            throw new ArgumentException($"The convolution {Shape} needs {SharedScratch} floats of shared and {WorkerScratch} of worker scratch, not {operands.SharedScratch.Length} and {operands.WorkerScratch.Length}.", nameof(operands));
    }

    private void Check(string name, long rows, int channels, int length, int stride)
    {
        if (stride < channels || length < (rows - 1) * stride + channels)
            throw new ArgumentException($"{name} of the convolution {Shape} is [{rows}, {channels}]: {length} floats at a stride of {stride} do not hold it.");
    }
}

/// <summary>A block of rows and channels of a tensor.</summary>
/// <param name="FirstRow">Its first row: a place of the whole batch.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="FirstChannel">Its first channel.</param>
/// <param name="Channels">How many channels.</param>
internal readonly record struct ConvolutionBlock(int FirstRow, int Rows, int FirstChannel, int Channels);

/// <summary>A part of a weight's gradient: runs of floats, equally far apart.</summary>
/// <param name="First">The first float of the first run.</param>
/// <param name="Rows">How many runs.</param>
/// <param name="Step">Floats from the start of one run to the start of the next.</param>
/// <param name="Length">Floats of a run.</param>
internal readonly record struct WeightBlock(int First, int Rows, int Step, int Length);
