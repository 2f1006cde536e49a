namespace Batchwise.Kernels;

/// <summary>
/// How one product is computed: phases that run one after another, each of tasks that any workers run in any order. All of
/// it is fixed by the shape, and every element of C is one sum over K in ascending order, so that its bits depend on neither
/// the tasks nor who runs them. Immutable, shared by all workers.
/// </summary>
internal abstract unsafe class GemmPlan(GemmShape shape)
{
    /// <summary>The product.</summary>
    public GemmShape Shape { get; } = shape;

    /// <summary>The number of phases.</summary>
    public abstract int Phases { get; }

    /// <summary>Floats of scratch that all tasks share.</summary>
    public abstract long SharedScratch { get; }

    /// <summary>Floats of scratch that every worker needs for itself.</summary>
    public abstract long WorkerScratch { get; }

    /// <summary>The number of tasks in a phase.</summary>
    public abstract int Tasks(int phase);

    /// <summary>The plan for a shape, with the kernels that <see cref="InstructionSet"/> chose.</summary>
    public static GemmPlan For(GemmShape shape) => GemmVariants.Choose(shape, InstructionSet.Current).Make(shape, InstructionSet.Current);

    /// <summary>Runs one task.</summary>
    /// <param name="phase">0 to <see cref="Phases"/> - 1; all tasks of the phase before are done.</param>
    /// <param name="task">0 to <see cref="Tasks"/> - 1.</param>
    /// <param name="operands">The same in all tasks of all phases, but for the worker's own scratch.</param>
    public void Run(int phase, int task, in GemmOperands operands)
    {
        Check(operands);
        fixed (float* a = operands.A, b = operands.B, c = operands.C, shared = operands.SharedScratch, worker = operands.WorkerScratch)
        {
            RunTask(phase, task, new GemmPointers
            {
                A = a,
                ARow = Shape.TransposeA ? 1 : operands.AStride,
                AColumn = Shape.TransposeA ? operands.AStride : 1,
                B = b,
                BRow = Shape.TransposeB ? 1 : operands.BStride,
                BColumn = Shape.TransposeB ? operands.BStride : 1,
                C = c,
                CRow = operands.CStride,
                Accumulate = operands.Accumulate,
                SharedScratch = shared,
                WorkerScratch = worker,
            });
        }
    }

    /// <summary>Runs one task on operands that have been checked.</summary>
    protected abstract void RunTask(int phase, int task, in GemmPointers operands);

    private void Check(in GemmOperands operands)
    {
        var (aRows, aColumns) = Shape.TransposeA ? (Shape.K, Shape.M) : (Shape.M, Shape.K);
        var (bRows, bColumns) = Shape.TransposeB ? (Shape.N, Shape.K) : (Shape.K, Shape.N);
        Check("A", aRows, aColumns, operands.A.Length, operands.AStride);
        Check("B", bRows, bColumns, operands.B.Length, operands.BStride);
        Check("C", Shape.M, Shape.N, operands.C.Length, operands.CStride);
        if (operands.SharedScratch.Length < SharedScratch || operands.WorkerScratch.Length < WorkerScratch)
            throw new ArgumentException($"The product {Shape} needs {SharedScratch} floats of shared and {WorkerScratch} of worker scratch, not {operands.SharedScratch.Length} and {operands.WorkerScratch.Length}.", nameof(operands));
    }

    private void Check(string name, int rows, int columns, int length, int stride)
    {
        if (stride < columns || length < (long)(rows - 1) * stride + columns)
            throw new ArgumentException($"{name} of the product {Shape} is [{rows}, {columns}]: {length} floats at a stride of {stride} do not hold it.");
    }
}
