namespace Batchwise.Kernels;

/// <summary>A product on its operands as they lie: one phase, a task for each block of C.</summary>
internal sealed class BlockGemm<TOperations, TVector> : GemmPlan
    where TOperations : struct, IVectorOperations<TVector>, IQuadOperations<TVector>
    where TVector : struct
{
    private readonly Pieces rows;
    private readonly Pieces columns;
    private readonly Pieces steps;

    public BlockGemm(GemmShape shape)
        : base(shape)
    {
        (rows, columns) = GemmBlocking.Tasks<TOperations, TVector>(shape, GemmBlocking.TileRows<TOperations, TVector>());
        steps = GemmBlocking.Steps(shape.K);
    }

    public override int Phases => 1;

    public override long SharedScratch => 0;

    public override long WorkerScratch => 0;

    public override int Tasks(int phase) => rows.Count * columns.Count;

    protected override void RunTask(int phase, int task, in GemmPointers operands)
    {
        var (row, column) = Math.DivRem(task, columns.Count);
        var block = operands.Part(rows.Start(row), rows.Length(row), columns.Start(column), columns.Length(column), Shape.K);
        for (var step = 0; step < steps.Count; step++)
            BlockSweep<TOperations, TVector>.Run(block.TakeInner(steps.Start(step), steps.Length(step)));
    }
}
