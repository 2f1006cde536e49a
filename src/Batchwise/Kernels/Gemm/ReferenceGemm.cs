namespace Batchwise.Kernels;

/// <summary>The product by its definition: one phase, a task for every few rows.</summary>
internal sealed unsafe class ReferenceGemm(GemmShape shape) : GemmPlan(shape)
{
    private readonly Pieces rows = new(shape.M, 1, 16);

    public override int Phases => 1;

    public override long SharedScratch => 0;

    public override long WorkerScratch => 0;

    public override int Tasks(int phase) => rows.Count;

    protected override void RunTask(int phase, int task, in GemmPointers operands) =>
        Gemm.Reference(operands.Part(rows.Start(task), rows.Length(task), 0, Shape.N, Shape.K), operands.BColumn);
}
