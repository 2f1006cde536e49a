namespace Batchwise.Kernels;

/// <summary>
/// The gradient by a depthwise convolution's weight. A task sums over some bands of rows, for a block of channels; the bands are cut into
/// parts fixed by shape and batch, whose sums lie in slots and are added in the order of the parts.
/// </summary>
internal sealed unsafe class DepthwiseWeightGradient<TOperations, TVector> : ConvolutionPlan
    where TOperations : struct, IVectorOperations<TVector>
    where TVector : struct
{
    /// <summary>So many tasks keep 16 workers busy.</summary>
    private const int WantedTasks = 16;

    private readonly DepthwiseBlocking blocking;
    private readonly Pieces bands;
    private readonly DepthwiseSource<TOperations, TVector> source;

    public DepthwiseWeightGradient(ConvolutionShape shape, int capacity)
        : base(shape, capacity)
    {
        blocking = new(shape, TOperations.Width);
        bands = blocking.Bands(shape.OutHeight, 1);
        source = new(PlaceMap.Forward(shape), shape.GroupOutputs, blocking.Lanes);
    }

    public override int Phases => 2;

    public override long SharedScratch => Parts(Capacity).Count * Shape.Weights;

    public override long WorkerScratch => source.Floats(bands.Longest);

    public override int Tasks(int phase, int count) => phase == 1 ? SlotSum.Tasks(Shape.Weights) : Parts(count).Count * blocking.Channels.Count;

    public override WeightBlock CompletesWeights(int task, int count) => SlotSum.Completes(Shape.Weights, task);

    protected override void RunTask(int phase, int task, in ConvolutionOperands operands)
    {
        var parts = Parts(operands.Count);
        fixed (float* x = operands.X, weight = operands.Weight, y = operands.Y, shared = operands.SharedScratch, worker = operands.WorkerScratch)
        {
            if (phase == 1)
            {
                SlotSum.Run<TOperations, TVector>(shared, Shape.Weights, parts.Count, weight, task);
                return;
            }
            var (part, block) = Math.DivRem(task, blocking.Channels.Count);
            var (channel, channels) = (blocking.Channels.Start(block), blocking.Channels.Length(block));
            var (output, outputs) = (channel * Shape.GroupOutputs, channels * Shape.GroupOutputs);
            var gradient = shared + part * Shape.Weights + output;
            for (var tap = 0; tap < source.Offsets.Length; tap++)
                new Span<float>(gradient + (nint)tap * Shape.Outputs, outputs).Clear();
            for (var unit = parts.Start(part); unit < parts.Start(part + 1); unit++)
            {
                var (sample, band) = Math.DivRem(unit, bands.Count);
                source.Fill(x + (nint)sample * Shape.Positions * operands.XStride + channel, operands.XStride, channels, bands.Start(band), bands.Length(band), worker);
                var dy = y + ((nint)sample * Shape.OutPositions + bands.Start(band) * Shape.OutWidth) * operands.YStride + output;
                for (var lane = 0; lane < outputs; lane += TOperations.Width)
                    Add(worker + lane, bands.Length(band), dy + lane, operands.YStride, gradient + lane, outputs - lane);
            }
        }
    }

    private Pieces Parts(int count) => new(count * bands.Count, 1, (WantedTasks + blocking.Channels.Count - 1) / blocking.Channels.Count);

    /// <summary>All taps, eight at a time, of a vector of outputs.</summary>
    private void Add(float* from, int rows, float* dy, nint stride, float* gradient, int left)
    {
        fixed (int* offsets = source.Offsets.AsSpan())
        {
            var taps = source.Offsets.Length;
            for (var tap = 0; tap < taps; tap += DepthwiseTaps<TOperations, TVector>.Count)
            {
                DepthwiseTaps<TOperations, TVector>.Run(
                    from, source.Row, source.Column, offsets + tap, Math.Min(taps - tap, DepthwiseTaps<TOperations, TVector>.Count),
                    dy, stride, rows, Shape.OutWidth, gradient + (nint)tap * Shape.Outputs, Shape.Outputs, left);
            }
        }
    }
}
