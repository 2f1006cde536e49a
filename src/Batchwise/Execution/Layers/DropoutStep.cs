using Batchwise.Kernels;

namespace Batchwise;

/// <summary>Which mask a dropout draws: its settings, and its place in the network.</summary>
sealed record Mask(Dropout Layer, int Place);

/// <summary>Values times the mask, from one buffer to another or added to it; some rows per task.</summary>
sealed class DropoutStep(string operation, string layer, PlanBuffer source, PlanBuffer target, Mask mask, bool accumulate)
    : Step(operation, layer, accumulate ? [source, target] : [source], [target])
{
    private const int PerTask = 1 << 11;

    private readonly int rowsPerTask = Math.Max(1, PerTask / source.Channels);

    public override int Tasks(int phase, int count) => (source.Rows(count) + rowsPerTask - 1) / rowsPerTask;

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var stream = new RandomKey(run.Seed, run.Step, mask.Place).Index;
        var scale = (float)(1 / (1 - mask.Layer.Probability));
        var end = Math.Min(run.Rows(source), (task + 1) * rowsPerTask);
        for (var row = task * rowsPerTask; row < end; row++)
        {
            DropoutMask.Run(
                run[source].Slice(row * source.Stride, source.Channels), run[target].Slice(row * target.Stride, target.Channels),
                (uint)(row * source.Channels), run.Seed, stream, mask.Layer.Threshold, scale, accumulate);
        }
    }
}
