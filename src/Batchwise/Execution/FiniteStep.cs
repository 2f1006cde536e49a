namespace Batchwise;

/// <summary>Fails a run unless a gradient is finite: for steps whose tasks do not own what they could look at.</summary>
sealed class FiniteStep(string layer, PlanBuffer gradient) : Step("finite", layer, [gradient], [])
{
    private const int PerTask = 1 << 16;

    public override int Tasks(int phase, int count) => (gradient.Length(count) + PerTask - 1) / PerTask;

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var first = task * PerTask;
        run.RequireFinite(run[gradient].Slice(first, Math.Min(PerTask, gradient.Length(run.Count) - first)));
    }
}
