namespace Batchwise.Kernels;

/// <summary>
/// y or dx by Winograd where there are many tiles: the weight goes to frequencies first; then a task takes some rows of tiles from the
/// map through their frequencies back to the map, and what it makes on the way stays in its second-level cache.
/// </summary>
internal sealed unsafe class WinogradFused<TTile, TOperations, TVector> : ConvolutionPlan
    where TTile : struct, IWinogradTile
    where TOperations : struct, IVectorOperations<TVector>, IQuadOperations<TVector>
    where TVector : struct
{
    private readonly WinogradProblem<TTile, TOperations, TVector> problem;
    private readonly bool forward;
    private readonly int rowsOfTask;
    private readonly int panelsTogether;

    public WinogradFused(ConvolutionTask task)
        : base(task.Shape, task.Capacity)
    {
        problem = new(task.Shape, task.Direction);
        forward = task.Direction == ConvolutionDirection.Forward;
        rowsOfTask = WinogradBlocking.RowsOfFusedTask(problem.Out, problem.Out.Rows(task.Capacity));
        panelsTogether = WinogradBlocking.PanelsTogether(problem.Panels, WinogradProblem<TTile, TOperations, TVector>.PanelWidth);
    }

    public override int Phases => 2;

    public override long PreparedWeight => problem.Weights;

    public override int WeightTasks => problem.WeightTasks;

    public override long WorkerScratch => Math.Max(problem.WeightScratch, Tiles * (InRow + OutRow));

    private long Tiles => (long)rowsOfTask * problem.Out.TileColumns;

    private static int Frequencies => WinogradProblem<TTile, TOperations, TVector>.Frequencies;

    private static int PanelWidth => WinogradProblem<TTile, TOperations, TVector>.PanelWidth;

    private long InRow => WinogradScratch.OddLines((long)Frequencies * WinogradScratch.Padded(problem.Inner));

    private long OutRow => WinogradScratch.OddLines((long)Frequencies * panelsTogether * PanelWidth);

    public override int Tasks(int phase, int count) =>
        phase == 0 ? problem.WeightTasks : (problem.Out.Rows(count) + rowsOfTask - 1) / rowsOfTask;

    public override ConvolutionBlock Completes(int task, int count) => problem.Completes(task * rowsOfTask, Rows(task, count));

    protected override void RunTask(int phase, int task, in ConvolutionOperands operands)
    {
        fixed (float* x = operands.X, y = operands.Y, weight = operands.Weight, prepared = operands.PreparedWeight,
            scratch = operands.WorkerScratch)
        {
            var frequencies = problem.Weight(prepared);
            if (phase == 0)
                problem.TransformWeight(task, weight, frequencies, scratch);
            else if (forward)
                RunTiles(task, operands.Count, x, operands.XStride, y, operands.YStride, false, frequencies, scratch);
            else
                RunTiles(task, operands.Count, y, operands.YStride, x, operands.XStride, operands.Accumulate, frequencies, scratch);
        }
    }

    private int Rows(int task, int count) => Math.Min(rowsOfTask, problem.Out.Rows(count) - task * rowsOfTask);

    private void RunTiles(
        int task, int count, float* source, nint sourceStride, float* target, nint targetStride, bool accumulate, in FrequencyLayout<TOperations, TVector> weight, float* scratch)
    {
        var (firstRow, rows) = (task * rowsOfTask, Rows(task, count));
        var order = new WinogradOrder(problem.Out, firstRow, rows);
        var v = new FrequencyLayout<TOperations, TVector>
        {
            Data = scratch,
            Frequency = WinogradScratch.Padded(problem.Inner),
            Row = (nint)InRow,
            Panel = PanelWidth,
        };
        var m = new FrequencyLayout<TOperations, TVector>
        {
            Data = scratch + Tiles * InRow,
            Frequency = panelsTogether * PanelWidth,
            Row = (nint)OutRow,
            Panel = PanelWidth,
        };
        WinogradMaps<TTile, TOperations, TVector>.Input(problem.In, source, sourceStride, order, v, firstRow, rows);
        for (var panel = 0; panel < problem.Panels; panel += panelsTogether)
        {
            var last = Math.Min(panel + panelsTogether, problem.Panels);
            for (var f = 0; f < Frequencies; f++)
            {
                var (first, tiles) = order.Range<TTile>(f);
                for (var p = panel; p < last; p++)
                    problem.Multiply(tiles, v.At(first, 0) + f * v.Frequency, v.Row, weight, f, p, m.At(first, 0) + f * m.Frequency + (p - panel) * PanelWidth, m.Row);
            }
            var channel = panel * PanelWidth;
            WinogradMaps<TTile, TOperations, TVector>.Output(
                problem.Out, order, m, target, targetStride, firstRow, rows, channel, Math.Min(last * PanelWidth, problem.Columns) - channel, accumulate);
        }
    }
}
