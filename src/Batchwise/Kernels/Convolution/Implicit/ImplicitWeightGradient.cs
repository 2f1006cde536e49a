namespace Batchwise.Kernels;

/// <summary>
/// The gradient by the weight: gathered rows transposed, times dy. A task owns a block of the gradient, and sums over places in ascending
/// order. Where there are fewer blocks than workers could take, the places are cut into parts, fixed by shape and batch, whose sums lie in
/// slots and are added in the order of the parts.
/// </summary>
internal sealed unsafe class ImplicitWeightGradient<TOperations, TVector> : ConvolutionPlan
    where TOperations : struct, IVectorOperations<TVector>, IQuadOperations<TVector>
    where TVector : struct
{
    private readonly PlaceMap map;
    private readonly Pieces rows;
    private readonly Pieces columns;
    private readonly int rowFloats;

    public ImplicitWeightGradient(ConvolutionShape shape, int capacity)
        : base(shape, capacity)
    {
        map = PlaceMap.Forward(shape);
        (rows, columns) = ConvolutionBlocking.WeightBlocks(
            map.Taps.Length * shape.GroupChannels, shape.GroupOutputs, GemmBlocking.TileRows<TOperations, TVector>(), 2 * TOperations.Width);
        rowFloats = map.IsIdentity ? 0 : (rows.Longest + 15) / 16 * 16;
    }

    public override int Phases => Parts(Capacity).Count > 1 ? 2 : 1;

    public override long SharedScratch => Phases == 1 ? 0 : Parts(Capacity).Count * Shape.Weights;

    public override long WorkerScratch => (long)(rowFloats + (TakesCorrection ? CorrectedRow : 0)) * ConvolutionBlocking.PlacesAtATime;

    public override bool TakesCorrection => Blocks == 1;

    public override int Tasks(int phase, int count) => phase == 1 ? SlotSum.Tasks(Shape.Weights) : Parts(count).Count * Blocks;

    public override WeightBlock CompletesWeights(int task, int count)
    {
        if (Phases == 2)
            return SlotSum.Completes(Shape.Weights, task);
        var (k, n, height, width) = Block(task);
        return new(k * Shape.Outputs + n, height, Shape.Outputs, width);
    }

    protected override void RunTask(int phase, int task, in ConvolutionOperands operands)
    {
        var parts = Parts(operands.Count);
        fixed (float* weight = operands.Weight, shared = operands.SharedScratch)
        {
            if (phase == 1)
            {
                SlotSum.Run<TOperations, TVector>(shared, Shape.Weights, parts.Count, weight, task);
                return;
            }
            var (part, block) = Math.DivRem(task, Blocks);
            Sum(parts.Start(part), parts.Length(part), block, operands, Phases == 1 ? weight : shared + part * Shape.Weights);
        }
    }

    private int CorrectedRow => (int)AlignedMemory.RoundUp(Shape.Outputs);

    private int Blocks => Shape.Groups * rows.Count * columns.Count;

    private Pieces Parts(int count) => ConvolutionBlocking.WeightParts(count * map.Places, Blocks);

    /// <summary>A block of the gradient: its first row and column, its rows and columns.</summary>
    private (int Row, int Column, int Rows, int Columns) Block(int block)
    {
        var (rest, column) = Math.DivRem(block, columns.Count);
        var (group, row) = Math.DivRem(rest, rows.Count);
        return (rows.Start(row), group * Shape.GroupOutputs + columns.Start(column), rows.Length(row), columns.Length(column));
    }

    /// <summary>The sum over some places of one block of the gradient.</summary>
    private void Sum(int firstPlace, int places, int block, in ConvolutionOperands operands, float* gradient)
    {
        var (k, n, height, width) = Block(block);
        var channel = n / Shape.GroupOutputs * Shape.GroupChannels;
        var steps = ConvolutionBlocking.WeightSteps(places);
        fixed (float* x = operands.X, y = operands.Y, worker = operands.WorkerScratch)
        {
            for (var step = 0; step < steps.Count; step++)
            {
                var (place, length) = (firstPlace + steps.Start(step), steps.Length(step));
                float* a = x + (nint)place * operands.XStride + channel + k;
                nint aColumn = operands.XStride;
                if (!map.IsIdentity)
                {
                    a = worker;
                    aColumn = rowFloats;
                    RowGather<TOperations, TVector>.Run(
                        map, x + channel, operands.XStride, Shape.GroupChannels, place, length, k, height, a, aColumn);
                }
                float* b = y + (nint)place * operands.YStride + n;
                nint bRow = operands.YStride;
                if (operands.Correction.IsThere)
                {
                    b = worker + (nint)rowFloats * ConvolutionBlocking.PlacesAtATime;
                    bRow = CorrectedRow;
                    operands.Correction.Read(operands.Y, operands.YStride, place, length, new Span<float>(b, length * CorrectedRow), CorrectedRow);
                }
                BlockSweep<TOperations, TVector>.Run(new BlockProduct
                {
                    Rows = height,
                    Columns = width,
                    Inner = length,
                    A = a,
                    ARow = 1,
                    AColumn = aColumn,
                    B = b,
                    BRow = bRow,
                    C = gradient + (nint)k * Shape.Outputs + n,
                    CRow = Shape.Outputs,
                    Accumulate = step > 0,
                });
            }
        }
    }
}
