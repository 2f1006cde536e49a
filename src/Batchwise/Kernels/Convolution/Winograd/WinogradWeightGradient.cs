namespace Batchwise.Kernels;

/// <summary>
/// dWeight by Winograd, by the adjoint of the forward pass: the input's tiles and the outputs' gradients go to frequencies, V and dM;
/// dU = V' dM, a product for each frequency; dWeight = G' dU G. Every task owns what it writes.
/// </summary>
/// <remarks>
/// The frequencies of a whole batch may be too many for the shared cache: a round of two phases transforms and multiplies those of
/// some rows of tiles, in the order of the batch. A smaller batch has no tasks in the last rounds.
/// </remarks>
internal sealed unsafe class WinogradWeightGradient<TTile, TOperations, TVector> : ConvolutionPlan
    where TTile : struct, IWinogradTile
    where TOperations : struct, IVectorOperations<TVector>, IQuadOperations<TVector>
    where TVector : struct
{
    private readonly WinogradGrid input;
    private readonly WinogradGrid output;
    private readonly int rowsOfRound;
    private readonly int rowsOfTask;
    private readonly int rounds;

    public WinogradWeightGradient(ConvolutionTask task)
        : base(task.Shape, task.Capacity)
    {
        (input, output) = (WinogradGrid.OfInput(Shape, TTile.Size), WinogradGrid.OfOutput(Shape, TTile.Size));
        var rows = output.Rows(Capacity);
        rowsOfRound = WinogradBlocking.RowsOfRound(output, Capacity, Frequencies * (long)(InChannels + OutChannels));
        rounds = (rows + rowsOfRound - 1) / rowsOfRound;
        rowsOfTask = WinogradBlocking.RowsOfTask(output, rowsOfRound);
    }

    public override int Phases => 2 * rounds + 1;

    public override long SharedScratch => Frequencies * (VFrequency + MFrequency + UFrequency);

    public override long WorkerScratch => WinogradWeights<TTile, TOperations, TVector>.PlainScratch;

    private static int Frequencies => TTile.Edge * TTile.Edge;

    private static int PanelWidth => 2 * TOperations.Width;

    private int InChannels => WinogradScratch.Padded(Shape.Channels);

    private int OutChannels => (Shape.Outputs + PanelWidth - 1) / PanelWidth * PanelWidth;

    private int TilesOfRound => rowsOfRound * output.TileColumns;

    private long VFrequency => WinogradScratch.OddLines((long)TilesOfRound * InChannels);

    private long MFrequency => WinogradScratch.OddLines((long)TilesOfRound * OutChannels);

    private long UFrequency => WinogradScratch.OddLines((long)Shape.Channels * OutChannels);

    public override int Tasks(int phase, int count)
    {
        if (phase == Phases - 1)
            return Shape.Channels;
        var rows = Rows(phase / 2, count);
        if (rows == 0)
            return 0;
        return phase % 2 == 0 ? (rows + rowsOfTask - 1) / rowsOfTask : Frequencies;
    }

    /// <summary>All taps of one input channel.</summary>
    public override WeightBlock CompletesWeights(int task, int count) =>
        new(task * Shape.Outputs, Shape.KernelHeight * Shape.KernelWidth, Shape.Channels * Shape.Outputs, Shape.Outputs);

    protected override void RunTask(int phase, int task, in ConvolutionOperands operands)
    {
        fixed (float* x = operands.X, dy = operands.Y, weight = operands.Weight, shared = operands.SharedScratch, scratch = operands.WorkerScratch)
        {
            var v = new FrequencyLayout<TOperations, TVector>
            {
                Data = shared,
                Frequency = (nint)VFrequency,
                Row = InChannels,
                Panel = PanelWidth,
            };
            // Panels as wide as the products' tiles: they read them step by step of the inner dimension, the tiles of the map.
            var m = new FrequencyLayout<TOperations, TVector>
            {
                Data = shared + Frequencies * VFrequency,
                Frequency = (nint)MFrequency,
                Row = PanelWidth,
                Panel = (nint)TilesOfRound * PanelWidth,
            };
            var u = new FrequencyLayout<TOperations, TVector>
            {
                Data = m.Data + Frequencies * MFrequency,
                Frequency = (nint)UFrequency,
                Row = OutChannels,
                Panel = PanelWidth,
            };
            if (phase == Phases - 1)
                WinogradWeights<TTile, TOperations, TVector>.Gradient(Shape, u, task, weight, scratch);
            else if (phase % 2 == 0)
                Transform(phase / 2, task, operands, x, dy, v, m);
            else
                Multiply(phase / 2, task, operands.Count, v, m, u);
        }
    }

    private int Rows(int round, int count) => Math.Clamp(output.Rows(count) - round * rowsOfRound, 0, rowsOfRound);

    private WinogradOrder Order(int round, int count) => new(output, round * rowsOfRound, Rows(round, count));

    private void Transform(int round, int task, in ConvolutionOperands operands, float* x, float* dy, in FrequencyLayout<TOperations, TVector> v, in FrequencyLayout<TOperations, TVector> m)
    {
        var order = Order(round, operands.Count);
        var first = task * rowsOfTask;
        var rows = Math.Min(rowsOfTask, order.Rows - first);
        first += order.FirstRow;
        WinogradMaps<TTile, TOperations, TVector>.Input(input, x, operands.XStride, order, v, first, rows);
        WinogradMaps<TTile, TOperations, TVector>.OutputGradient(output, dy, operands.YStride, order, m, first, rows);
    }

    private void Multiply(int round, int frequency, int count, in FrequencyLayout<TOperations, TVector> v, in FrequencyLayout<TOperations, TVector> m, in FrequencyLayout<TOperations, TVector> u)
    {
        var (first, tiles) = Order(round, count).Range<TTile>(frequency);
        var steps = GemmBlocking.Steps(tiles);
        for (var column = 0; column < Shape.Outputs; column += PanelWidth)
        {
            var product = new BlockProduct
            {
                Rows = Shape.Channels,
                Columns = Math.Min(PanelWidth, Shape.Outputs - column),
                Inner = tiles,
                A = v.At(first, 0) + frequency * v.Frequency,
                ARow = 1,
                AColumn = v.Row,
                B = m.At(first, column) + frequency * m.Frequency,
                BRow = m.Row,
                C = u.At(0, column) + frequency * u.Frequency,
                CRow = u.Row,
                Accumulate = round > 0,
            };
            for (var step = 0; step < steps.Count; step++)
                BlockSweep<TOperations, TVector>.Run(product.TakeInner(steps.Start(step), steps.Length(step)));
        }
    }
}
