using System.Collections.Immutable;

namespace Batchwise;

/// <summary>
/// The optimizer's pass over all parameters, in pieces; does nothing in a run that failed, so that weights, statistics
/// and the optimizer's own state change together or not at all.
/// </summary>
sealed class UpdateStep : Step
{
    private const int FloatsPerTask = 1 << 13;

    private readonly Optimizer optimizer;
    private readonly ImmutableArray<(long Offset, int Length, float Decay)> pieces;
    private readonly ImmutableArray<AlignedMemory> slots;

    public UpdateStep(PlanBuilder builder, Optimizer optimizer, ImmutableArray<AlignedMemory> slots)
        : base("update", "parameters", [.. Buffers(builder, gradients: true)], [.. Buffers(builder, gradients: false)])
    {
        this.optimizer = optimizer;
        this.slots = slots;
        pieces = Cut(builder.State, optimizer);
    }

    public override string Detail => optimizer.GetType().Name;

    public override bool Commits => true;

    public override int Tasks(int phase, int count) => pieces.Length;

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        if (run.Failed)
            return;
        var (offset, length, decay) = pieces[task];
        optimizer.Update(new OptimizerStep
        {
            Values = run.Memory.State.Memory.Span(offset, length),
            Gradients = run.Memory.Gradients.Span(offset, length),
            FirstSlot = slots.Length > 0 ? slots[0].Span(offset, length) : default,
            SecondSlot = slots.Length > 1 ? slots[1].Span(offset, length) : default,
            Rate = run.LearningRate,
            Decay = decay,
            Step = run.Step,
        });
    }

    private static IEnumerable<PlanBuffer> Buffers(PlanBuilder builder, bool gradients) =>
        from node in builder.Network.Nodes
        from index in Enumerable.Range(0, node.Parameters.Length)
        let parameter = builder.Parameter(node, index)
        select gradients ? parameter.Gradient : parameter.Value;

    /// <summary>Neighbours that are treated alike are joined, and long runs cut; the padding between them is zero and stays so.</summary>
    private static ImmutableArray<(long Offset, int Length, float Decay)> Cut(NetworkState state, Optimizer optimizer)
    {
        var runs = new List<(long Offset, long End, float Decay)>();
        foreach (var entry in state.Parameters.Where(entry => entry.Spec.Trainable))
        {
            var decay = optimizer.DecayAll || entry.Spec.Role == ParameterRole.Weight ? optimizer.WeightDecay : 0;
            var end = entry.Offset + AlignedMemory.RoundUp(entry.Spec.Shape.Size);
            if (runs.Count > 0 && runs[^1].End == entry.Offset && runs[^1].Decay == decay)
                runs[^1] = (runs[^1].Offset, end, decay);
            else
                runs.Add((entry.Offset, end, decay));
        }
        var pieces = ImmutableArray.CreateBuilder<(long, int, float)>();
        foreach (var (offset, end, decay) in runs)
        {
            for (var start = offset; start < end; start += FloatsPerTask)
                pieces.Add((start, (int)Math.Min(FloatsPerTask, end - start), decay));
        }
        return pieces.ToImmutable();
    }
}

/// <summary>Lets the staged statistics take the place of the stored ones; does nothing in a run that failed.</summary>
sealed class CommitStatistics(ImmutableArray<StagedStatistic> staged) : Step("commit statistics", "statistics", [], [])
{
    public override bool Commits => true;

    public override int Tasks(int phase, int count) => 1;

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        if (run.Failed)
            return;
        foreach (var statistic in staged)
            statistic.Next.CopyTo(statistic.Target.AsSpan());
    }
}
