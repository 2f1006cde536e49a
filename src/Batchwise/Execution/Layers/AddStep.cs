using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// Copies a buffer to one of the same values per sample, or adds it there. Where both are laid out alike it goes by runs of
/// floats, else by the longest runs that lie in one piece in both.
/// </summary>
sealed class AddStep : Step
{
    private const int PerTask = 1 << 14;

    private readonly PlanBuffer source;
    private readonly PlanBuffer target;
    private readonly bool accumulate;
    private readonly bool alike;
    private readonly int run;
    private readonly int runs;

    public AddStep(string layer, PlanBuffer source, PlanBuffer target, bool accumulate)
        : base(accumulate ? "add" : "copy", layer, accumulate ? [source, target] : [source], [target])
    {
        this.source = source;
        this.target = target;
        this.accumulate = accumulate;
        alike = source.Positions == target.Positions && source.Stride == target.Stride && !source.IsSlice && !target.IsSlice;
        var values = source.Positions * source.Channels;
        run = Math.Min(InOnePiece(source), InOnePiece(target));
        runs = values / run;
    }

    private int RunsPerTask => Math.Max(1, PerTask / run);

    public override int Tasks(int phase, int count) =>
        alike ? (source.Length(count) + PerTask - 1) / PerTask : (count * runs + RunsPerTask - 1) / RunsPerTask;

    public override void Run(int phase, int task, PlanRun plan, Span<float> scratch)
    {
        if (alike)
        {
            var first = task * PerTask;
            var length = Math.Min(PerTask, source.Length(plan.Count) - first);
            Addition.Run(plan[source].Slice(first, length), plan[target].Slice(first, length), accumulate);
            return;
        }
        for (var i = task * RunsPerTask; i < Math.Min(plan.Count * runs, (task + 1) * RunsPerTask); i++)
            Addition.Run(plan[source].Slice(Offset(source, i), run), plan[target].Slice(Offset(target, i), run), accumulate);
    }

    private static int InOnePiece(PlanBuffer buffer) => buffer.IsDense ? buffer.Positions * buffer.Channels : buffer.Channels;

    private int Offset(PlanBuffer buffer, int index)
    {
        var (sample, rest) = Math.DivRem(index, runs);
        var (position, channel) = Math.DivRem(rest * run, buffer.Channels);
        return (sample * buffer.Positions + position) * buffer.Stride + channel;
    }
}
