using System.Collections.Immutable;

namespace Batchwise;

/// <summary>
/// Fails a run unless all of some gradients and staged statistics are finite. Checks whatever no other step checks, so that
/// everything that is committed has been checked.
/// </summary>
sealed class CheckStep : Step
{
    private const int FloatsPerTask = 1 << 16;

    private readonly ImmutableArray<(PlanBuffer Gradient, int First, int Length)> pieces;
    private readonly ImmutableArray<StagedStatistic> statistics;

    /// <param name="gradients">Gradients of parameters.</param>
    /// <param name="statistics">Statistics that the run stages.</param>
    /// <param name="output">The network's output: when it is complete, all statistics are staged.</param>
    public CheckStep(ImmutableArray<PlanBuffer> gradients, ImmutableArray<StagedStatistic> statistics, PlanBuffer output)
        : base("check", "parameters", [.. gradients, output], [])
    {
        Checked = gradients;
        pieces = [.. gradients.SelectMany(Cut)];
        this.statistics = statistics;
    }

    public override ImmutableArray<PlanBuffer> Checked { get; }

    public override string Detail => $"{Checked.Length} gradients, {statistics.Length} statistics";

    public override int Tasks(int phase, int count) => pieces.Length + (statistics.IsEmpty ? 0 : 1);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        if (task < pieces.Length)
        {
            var (gradient, first, length) = pieces[task];
            run.RequireFinite(run[gradient].Slice(first, length));
            return;
        }
        foreach (var statistic in statistics)
        {
            if (!statistic.IsFinite)
                run.Fail();
        }
    }

    private static IEnumerable<(PlanBuffer Gradient, int First, int Length)> Cut(PlanBuffer gradient)
    {
        var length = gradient.Length(count: 1);
        for (var first = 0; first < length; first += FloatsPerTask)
            yield return (gradient, first, Math.Min(FloatsPerTask, length - first));
    }
}
