using Batchwise.Kernels;

namespace Batchwise;

/// <summary>The affine step and the sum behind it in one: y = f((x - mean) scale + shift + addend), a block of rows per task.</summary>
sealed class MapAffineSum(MapNormalization map, string layer, PlanBuffer addend, PlanBuffer y, ActivationFunction function)
    : BlockStep("affine + sum", layer, [map.X, map.Vectors, addend], [y], y)
{
    private readonly RowBlocks blocks = new(y);

    protected override string OwnDetail => $"then {function.Kind}";

    public override int Tasks(int phase, int count) => blocks.Slots(count);

    public override ConvolutionBlock Completes(int task, int count) => blocks.Block(task, count);

    protected override void RunTask(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var block = blocks.Block(task, run.Count);
        NormalizeRows.Sum(
            run[map.X][(block.FirstRow * map.X.Stride)..], map.X.Stride, run[addend][(block.FirstRow * addend.Stride)..], addend.Stride,
            run[Completed][(block.FirstRow * Completed.Stride)..], Completed.Stride, map.VectorsOf(run, 0, map.Channels), block.Rows, block.Channels, function);
    }
}
