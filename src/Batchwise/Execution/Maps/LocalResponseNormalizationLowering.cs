using Batchwise.Kernels;

namespace Batchwise;

/// <summary>Local response normalization across channels, of maps and of vectors.</summary>
sealed class LocalResponseNormalizationLowering : Lowering
{
    public override string Name => "local response normalization";

    public override bool TryLower(Node node, PlanBuilder builder)
    {
        if (node.Layer is not LocalResponseNormalization layer)
            return false;
        builder.Claim(node);
        var (name, input) = (builder.NameOf(node), node.Inputs[0]);
        var settings = new ResponseSettings(layer.Size, (float)layer.Alpha, (float)layer.Beta, (float)layer.Offset);
        var x = builder.Value(input);
        builder.Emit(new LocalResponseForward(name, settings, x, builder.CreateJoinedValue(node)));
        if (!builder.NeedsGradient(input))
            return true;
        builder.OnBackward(() =>
        {
            var dy = builder.Gradient(node);
            var (dx, accumulate) = builder.GradientTarget(input);
            builder.Emit(new LocalResponseBackward(name, settings, x, dy, dx, accumulate));
        });
        return true;
    }
}

/// <summary>y, a block of rows per task.</summary>
sealed class LocalResponseForward(string layer, ResponseSettings settings, PlanBuffer x, PlanBuffer y)
    : BlockStep("local response normalization", layer, [x], [y], y)
{
    private readonly RowBlocks blocks = new(y);

    protected override long OwnScratch => ResponseRows.Scratch(settings, Completed.Channels);

    public override int Tasks(int phase, int count) => blocks.Slots(count);

    public override ConvolutionBlock Completes(int task, int count) => blocks.Block(task, count);

    protected override void RunTask(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var block = blocks.Block(task, run.Count);
        ResponseRows.Forward(
            settings, run[x][(block.FirstRow * x.Stride)..], x.Stride, run[Completed][(block.FirstRow * Completed.Stride)..], Completed.Stride,
            block.Rows, block.Channels, scratch);
    }
}

/// <summary>dx from x and dy, a block of rows per task; the scales are computed again.</summary>
sealed class LocalResponseBackward(string layer, ResponseSettings settings, PlanBuffer x, PlanBuffer dy, PlanBuffer dx, bool accumulate)
    : BlockStep("local response normalization backward", layer, accumulate ? [x, dy, dx] : [x, dy], [dx], dx)
{
    private readonly RowBlocks blocks = new(dx);

    protected override long OwnScratch => ResponseRows.Scratch(settings, Completed.Channels);

    public override int Tasks(int phase, int count) => blocks.Slots(count);

    public override ConvolutionBlock Completes(int task, int count) => blocks.Block(task, count);

    protected override void RunTask(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var block = blocks.Block(task, run.Count);
        ResponseRows.Backward(
            settings, run[x][(block.FirstRow * x.Stride)..], x.Stride, run[dy][(block.FirstRow * dy.Stride)..], dy.Stride,
            run[Completed][(block.FirstRow * Completed.Stride)..], Completed.Stride, accumulate, block.Rows, block.Channels, scratch);
    }
}
