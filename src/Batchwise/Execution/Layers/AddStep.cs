using Batchwise.Kernels;

namespace Batchwise;

/// <summary>Copies a buffer to one of the same layout, or adds it there.</summary>
sealed class AddStep(string layer, PlanBuffer source, PlanBuffer target, bool accumulate)
    : Step(accumulate ? "add" : "copy", layer, accumulate ? [source, target] : [source], [target])
{
    private const int PerTask = 1 << 14;

    public override int Tasks(int phase, int count) => (source.Length(count) + PerTask - 1) / PerTask;

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var first = task * PerTask;
        var length = Math.Min(PerTask, source.Length(run.Count) - first);
        Addition.Run(run[source].Slice(first, length), run[target].Slice(first, length), accumulate);
    }
}
