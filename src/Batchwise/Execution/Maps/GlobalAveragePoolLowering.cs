using Batchwise.Kernels;

namespace Batchwise;

/// <summary>The average of each channel over the whole map.</summary>
sealed class GlobalAveragePoolLowering : Lowering
{
    public override string Name => "global average pool";

    public override bool TryLower(Node node, PlanBuilder builder)
    {
        if (node.Layer is not GlobalAveragePool)
            return false;
        builder.Claim(node);
        var (name, input) = (builder.NameOf(node), node.Inputs[0]);
        builder.Emit(new GlobalAveragePoolForward(name, builder.Value(input), builder.CreateValue(node)));
        if (!builder.NeedsGradient(input))
            return true;
        builder.OnBackward(() =>
        {
            var dy = builder.Gradient(node);
            var (dx, accumulate) = builder.GradientTarget(input);
            builder.Emit(new GlobalAveragePoolBackward(name, dy, dx, accumulate));
        });
        return true;
    }
}

/// <summary>y, a sample per task.</summary>
sealed class GlobalAveragePoolForward(string layer, PlanBuffer x, PlanBuffer y) : Step("global average pool", layer, [x], [y])
{
    public override int Tasks(int phase, int count) => count;

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch) => GlobalPooling.Forward(
        run[x][(task * x.Positions * x.Stride)..], x.Stride, run[y].Slice(task * y.Stride, y.Channels), x.Positions);
}

/// <summary>dx from dy, a block of rows per task.</summary>
sealed class GlobalAveragePoolBackward(string layer, PlanBuffer dy, PlanBuffer dx, bool accumulate)
    : BlockStep("global average pool backward", layer, accumulate ? [dy, dx] : [dy], [dx], dx)
{
    private readonly RowBlocks blocks = new(dx);

    public override int Tasks(int phase, int count) => blocks.Slots(count);

    public override ConvolutionBlock Completes(int task, int count) => blocks.Block(task, count);

    protected override void RunTask(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var block = blocks.Block(task, run.Count);
        for (var row = block.FirstRow; row < block.FirstRow + block.Rows;)
        {
            var sample = row / Completed.Positions;
            var rows = Math.Min(block.FirstRow + block.Rows, (sample + 1) * Completed.Positions) - row;
            GlobalPooling.Backward(
                run[dy].Slice(sample * dy.Stride, dy.Channels), run[Completed][(row * Completed.Stride)..], Completed.Stride, rows, Completed.Positions, accumulate);
            row += rows;
        }
    }
}
