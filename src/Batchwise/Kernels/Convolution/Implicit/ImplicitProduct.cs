namespace Batchwise.Kernels;

/// <summary>
/// Forward, and the gradient by x where the stride is one: one product of gathered rows with the weight. First the weight is packed;
/// then every task computes a block of rows, and of channels too where rows are few.
/// </summary>
internal sealed unsafe class ImplicitProduct<TOperations, TVector> : ConvolutionPlan
    where TOperations : struct, IVectorOperations<TVector>, IQuadOperations<TVector>
    where TVector : struct
{
    private readonly bool forward;
    private readonly int targetChannels;
    private readonly int tileRows = GemmBlocking.TileRows<TOperations, TVector>();
    private readonly GatheredProduct<TOperations, TVector> product;
    private readonly Pieces packing;

    public ImplicitProduct(ConvolutionShape shape, ConvolutionDirection direction, int capacity)
        : base(shape, capacity)
    {
        forward = direction == ConvolutionDirection.Forward;
        targetChannels = forward ? shape.Outputs : shape.Channels;
        product = new(forward ? PlaceMap.Forward(shape) : PlaceMap.InputGradient(shape).Single(), shape, transposed: !forward, 0);
        packing = ConvolutionBlocking.Packing(product.PackingUnits, product.PanelFloats);
    }

    public override int Phases => 2;

    public override long PreparedWeight => product.PanelFloats;

    public override int WeightTasks => packing.Count;

    public override long WorkerScratch => (long)product.GatheredRow * ConvolutionBlocking.LongestRows(tileRows);

    public override int Tasks(int phase, int count)
    {
        if (phase == 0)
            return packing.Count;
        var (rows, columns) = Blocks(count);
        return rows.Count * columns.Count;
    }

    public override ConvolutionBlock Completes(int task, int count)
    {
        var (rows, columns) = Blocks(count);
        var (row, column) = Math.DivRem(task, columns.Count);
        return new(rows.Start(row), rows.Length(row), columns.Start(column), columns.Length(column));
    }

    protected override void RunTask(int phase, int task, in ConvolutionOperands operands)
    {
        fixed (float* x = operands.X, weight = operands.Weight, y = operands.Y, panels = operands.PreparedWeight,
            worker = operands.WorkerScratch)
        {
            if (phase == 0)
            {
                product.Pack(packing.Start(task), packing.Length(task), weight, panels);
                return;
            }
            var block = Completes(task, operands.Count);
            float* source = forward ? x : y, target = forward ? y : x;
            var (sourceStride, targetStride) = forward ? (operands.XStride, operands.YStride) : (operands.YStride, operands.XStride);
            target += (nint)block.FirstRow * targetStride + block.FirstChannel;
            var columns = block.Channels == targetChannels ? targetChannels / Shape.Groups : block.Channels;
            for (var group = 0; group < Shape.Groups; group++)
            {
                product.Multiply(
                    source, sourceStride, block.FirstRow, block.Rows, group, block.FirstChannel, columns, target + group * columns, targetStride,
                    !forward && operands.Accumulate, panels, worker);
            }
        }
    }

    /// <summary>Channels are cut where there is one group only.</summary>
    private (Pieces Rows, Pieces Columns) Blocks(int count)
    {
        var blocks = ConvolutionBlocking.Tasks(count * product.Map.Places, targetChannels, tileRows, 2 * TOperations.Width);
        return Shape.Groups == 1 ? blocks : (blocks.Rows, new Pieces(targetChannels, targetChannels, 1));
    }
}
