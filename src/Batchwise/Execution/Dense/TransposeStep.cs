using Batchwise.Kernels;

namespace Batchwise;

/// <summary>A parameter's transpose, for the products of the backward pass.</summary>
sealed class TransposeStep(string layer, PlanBuffer source, PlanBuffer target) : Step("transpose", layer, [source], [target])
{
    private const int RowsPerTask = 256;

    public override int Tasks(int phase, int count) => (source.Positions + RowsPerTask - 1) / RowsPerTask;

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var first = task * RowsPerTask;
        Transpose.Run(run[source][(first * source.Stride)..], source.Stride, run[target][first..], target.Stride,
            Math.Min(RowsPerTask, source.Positions - first), source.Channels);
    }
}
