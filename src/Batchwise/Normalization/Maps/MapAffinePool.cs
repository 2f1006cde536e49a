using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// The affine step and the maximum under a window in one: y = max f((x - mean) scale + shift). What is between them is never in
/// memory: gamma may be negative, so each line of x is normalized before it is looked at.
/// </summary>
sealed class MapAffinePool(MapNormalization map, string layer, PoolShape shape, PlanBuffer y, PlanBuffer? winners)
    : BlockStep("affine + max pool", layer, [map.X, map.Vectors], winners is null ? [y] : [y, winners], y)
{
    private readonly LineTasks tasks = LineTasks.OfResult(shape);

    protected override string OwnDetail => $"with {map.Function.Kind}";

    protected override long OwnScratch => MaxPooling.Scratch(shape);

    public override int Tasks(int phase, int count) => tasks.Count(count);

    public override ConvolutionBlock Completes(int task, int count) => tasks.Block(task, count, shape.Channels);

    protected override void RunTask(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var (first, lines) = tasks.Of(task, run.Count);
        MaxPooling.RunNormalized(
            shape, run[map.X], map.X.Stride, map.VectorsOf(run, 0, map.Channels), map.Function, run[Completed], Completed.Stride,
            winners is null ? default : run[winners], first, lines, scratch);
    }
}
