namespace Batchwise.Kernels;

/// <summary>
/// A product on packed operands, in pairs of phases: all workers copy B into panels as wide as a tile, in shared scratch;
/// then each multiplies blocks of C, with its rows of A packed into panels of its own, or read where they lie.
/// </summary>
/// <remarks>
/// Panels are contiguous, so they meet neither the page limits nor the associativity of caches, and whatever transposition
/// there is happens once. A panel of B stays in the first-level cache while the rows of a block pass by; a packed block of
/// A stays in the second. Where B is too large for the scratch, the pairs of phases go through it along K.
/// </remarks>
internal sealed unsafe class PanelGemm<TOperations, TVector> : GemmPlan
    where TOperations : struct, IVectorOperations<TVector>, IQuadOperations<TVector>
    where TVector : struct
{
    private readonly bool packA;
    private readonly int tileRows = GemmBlocking.TileRows<TOperations, TVector>();
    private readonly int panelWidth = 2 * TOperations.Width;
    private readonly int panels;
    private readonly Pieces steps;
    private readonly int stepsPerPass;
    private readonly Pieces packing;
    private readonly Pieces rows;
    private readonly Pieces columns;

    /// <summary>A plan.</summary>
    /// <param name="shape">The product.</param>
    /// <param name="packA">Whether A is packed too: worth it where many columns reuse it.</param>
    public PanelGemm(GemmShape shape, bool packA)
        : base(shape)
    {
        this.packA = packA;
        panels = (shape.N + panelWidth - 1) / panelWidth;
        steps = GemmBlocking.Steps(shape.K);
        stepsPerPass = GemmBlocking.StepsPerPass(steps, (long)panels * panelWidth);
        packing = new Pieces(panels, 1, GemmBlocking.PackingTasks(shape));
        (rows, columns) = packA
            ? GemmBlocking.PackedTasks<TOperations, TVector>(shape)
            : GemmBlocking.Tasks<TOperations, TVector>(shape, tileRows);
    }

    public override int Phases => 2 * ((steps.Count + stepsPerPass - 1) / stepsPerPass);

    public override long SharedScratch => (long)panels * panelWidth * steps.Longest * Math.Min(stepsPerPass, steps.Count);

    public override long WorkerScratch => packA ? (long)(rows.Longest + tileRows - 1) / tileRows * tileRows * steps.Longest : 0;

    public override int Tasks(int phase) => phase % 2 == 0 ? packing.Count * (LastStep(phase) - FirstStep(phase)) : rows.Count * columns.Count;

    protected override void RunTask(int phase, int task, in GemmPointers operands)
    {
        if (phase % 2 == 0)
            PackB(FirstStep(phase) + task / packing.Count, task % packing.Count, operands);
        else
            Multiply(FirstStep(phase), LastStep(phase), task / columns.Count, task % columns.Count, operands);
    }

    private int FirstStep(int phase) => phase / 2 * stepsPerPass;

    private int LastStep(int phase) => Math.Min(FirstStep(phase) + stepsPerPass, steps.Count);

    /// <summary>Where a panel lies: the steps of a pass follow one another, each with all panels, each of them [depth, panelWidth].</summary>
    private float* Panel(float* scratch, int step, int panel) =>
        scratch + ((long)(step % stepsPerPass) * steps.Longest * panels + (long)panel * steps.Length(step)) * panelWidth;

    private void PackB(int step, int piece, in GemmPointers operands)
    {
        var (first, last) = (packing.Start(piece), packing.Start(piece + 1));
        var column = first * panelWidth;
        Packing<TOperations, TVector>.Pack(
            operands.B + steps.Start(step) * operands.BRow + column * operands.BColumn, operands.BColumn, operands.BRow,
            Math.Min(last * panelWidth, Shape.N) - column, steps.Length(step), Panel(operands.SharedScratch, step, first), panelWidth);
    }

    private void Multiply(int firstStep, int lastStep, int row, int column, in GemmPointers operands)
    {
        for (var step = firstStep; step < lastStep; step++)
        {
            var block = operands.Part(rows.Start(row), rows.Length(row), 0, Shape.N, Shape.K).TakeInner(steps.Start(step), steps.Length(step));
            if (packA)
                block = PackA(block, operands.WorkerScratch);
            for (var j = columns.Start(column); j < columns.Start(column + 1); j += panelWidth)
            {
                var width = Math.Min(panelWidth, columns.Start(column + 1) - j);
                BlockSweep<TOperations, TVector>.Run(block.TakeColumns(j, width) with
                {
                    B = Panel(operands.SharedScratch, step, j / panelWidth),
                    BRow = panelWidth,
                });
            }
        }
    }

    private BlockProduct PackA(in BlockProduct block, float* scratch)
    {
        Packing<TOperations, TVector>.Pack(block.A, block.ARow, block.AColumn, block.Rows, block.Inner, scratch, tileRows);
        return block with { A = scratch, ARow = 1, AColumn = tileRows, APanelRows = tileRows };
    }
}
