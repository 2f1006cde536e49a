namespace Batchwise.Kernels;

/// <summary>
/// y or dx by Winograd where there are few tiles and a large weight: the weight and all tiles go to frequencies; then a task multiplies
/// all tiles of one of them, so that the weight's frequencies are read once; then the products go back to the map.
/// </summary>
internal sealed unsafe class WinogradStaged<TTile, TOperations, TVector> : ConvolutionPlan
    where TTile : struct, IWinogradTile
    where TOperations : struct, IVectorOperations<TVector>, IQuadOperations<TVector>
    where TVector : struct
{
    private readonly WinogradProblem<TTile, TOperations, TVector> problem;
    private readonly bool forward;
    private readonly int rowsOfTask;
    private readonly Pieces panels;

    public WinogradStaged(ConvolutionTask task)
        : base(task.Shape, task.Capacity)
    {
        problem = new(task.Shape, task.Direction);
        forward = task.Direction == ConvolutionDirection.Forward;
        rowsOfTask = WinogradBlocking.RowsOfTask(problem.Out, problem.Out.Rows(task.Capacity));
        panels = new Pieces(problem.Panels, 1, WinogradBlocking.ColumnTasks(problem.Panels, PanelWidth));
    }

    public override int Phases => 3;

    public override long PreparedWeight => problem.Weights;

    public override int WeightTasks => problem.WeightTasks;

    public override long SharedScratch => Frequencies * (InFrequency + OutFrequency);

    public override long WorkerScratch => problem.WeightScratch;

    private static int Frequencies => WinogradProblem<TTile, TOperations, TVector>.Frequencies;

    private static int PanelWidth => WinogradProblem<TTile, TOperations, TVector>.PanelWidth;

    private int Tiles => problem.Out.Rows(Capacity) * problem.Out.TileColumns;

    private int InRow => WinogradScratch.Padded(problem.Inner);

    private int OutRow => problem.Panels * PanelWidth;

    private long InFrequency => WinogradScratch.OddLines((long)Tiles * InRow);

    private long OutFrequency => WinogradScratch.OddLines((long)Tiles * OutRow);

    public override int Tasks(int phase, int count) => phase switch
    {
        0 => problem.WeightTasks + TileTasks(count),
        1 => Frequencies * panels.Count,
        _ => TileTasks(count),
    };

    public override ConvolutionBlock Completes(int task, int count) => problem.Completes(task * rowsOfTask, Rows(task, count));

    protected override void RunTask(int phase, int task, in ConvolutionOperands operands)
    {
        fixed (float* x = operands.X, y = operands.Y, weight = operands.Weight, prepared = operands.PreparedWeight,
            shared = operands.SharedScratch, scratch = operands.WorkerScratch)
        {
            var u = problem.Weight(prepared);
            var v = Layout(shared, InFrequency, InRow);
            var m = Layout(v.Data + Frequencies * InFrequency, OutFrequency, OutRow);
            if (phase == 0 && task < problem.WeightTasks)
                problem.TransformWeight(task, weight, u, scratch);
            else if (phase == 0 && forward)
                Input(task - problem.WeightTasks, operands.Count, x, operands.XStride, v);
            else if (phase == 0)
                Input(task - problem.WeightTasks, operands.Count, y, operands.YStride, v);
            else if (phase == 1)
                Multiply(task, operands.Count, v, u, m);
            else if (forward)
                Output(task, operands.Count, m, y, operands.YStride, false);
            else
                Output(task, operands.Count, m, x, operands.XStride, operands.Accumulate);
        }
    }

    private static FrequencyLayout<TOperations, TVector> Layout(float* data, long frequency, int row) => new()
    {
        Data = data,
        Frequency = (nint)frequency,
        Row = row,
        Panel = PanelWidth,
    };

    private int TileTasks(int count) => (problem.Out.Rows(count) + rowsOfTask - 1) / rowsOfTask;

    private int Rows(int task, int count) => Math.Min(rowsOfTask, problem.Out.Rows(count) - task * rowsOfTask);

    private WinogradOrder Order(int count) => new(problem.Out, 0, problem.Out.Rows(count));

    private void Input(int task, int count, float* source, nint stride, in FrequencyLayout<TOperations, TVector> v) =>
        WinogradMaps<TTile, TOperations, TVector>.Input(problem.In, source, stride, Order(count), v, task * rowsOfTask, Rows(task, count));

    private void Multiply(int task, int count, in FrequencyLayout<TOperations, TVector> v, in FrequencyLayout<TOperations, TVector> u, in FrequencyLayout<TOperations, TVector> m)
    {
        var (frequency, piece) = Math.DivRem(task, panels.Count);
        var (first, tiles) = Order(count).Range<TTile>(frequency);
        for (var panel = panels.Start(piece); panel < panels.Start(piece + 1); panel++)
        {
            problem.Multiply(
                tiles, v.At(first, 0) + frequency * v.Frequency, v.Row, u, frequency, panel, m.At(first, panel * PanelWidth) + frequency * m.Frequency, m.Row);
        }
    }

    private void Output(int task, int count, in FrequencyLayout<TOperations, TVector> m, float* target, nint stride, bool accumulate) =>
        WinogradMaps<TTile, TOperations, TVector>.Output(
            problem.Out, Order(count), m, target, stride, task * rowsOfTask, Rows(task, count), 0, problem.Columns, accumulate);
}
