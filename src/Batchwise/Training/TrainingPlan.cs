using System.Collections.Immutable;

namespace Batchwise;

/// <summary>A training step compiled: load, forward, loss, backward, update, commit.</summary>
sealed class TrainingPlan
{
    public TrainingPlan(
        NetworkState state, Optimizer? optimizer, Loss loss, ImmutableArray<AlignedMemory> slots, int capacity, bool keepAll = false,
        bool lowMemory = false)
    {
        LoadStep? load = null;
        LossStep? lossStep = null;
        var outputs = state.Network.OutputShape.Size;
        PlanBuffer? targets = null;
        Plan = Plan.Compile(
            state, NetworkMode.Training, capacity, StandardLayers.Catalogue,
            before: builder =>
            {
                targets = loss.UsesTargets ? PlanBuilder.Like("targets", new Shape(outputs)) : null;
                // A step that failed is run again to find out why.
                if (targets is not null)
                    builder.Last(targets);
                builder.Emit(load = new LoadStep(builder.Value(builder.Network.InputNode), targets, outputs, labelled: !loss.UsesTargets, training: true));
            },
            after: builder =>
            {
                var output = builder.Network.Output;
                if (!builder.NeedsGradient(output))
                    throw new ArgumentException("The network has no parameter to train.");
                var (gradient, _) = builder.GradientTarget(output);
                builder.Emit(lossStep = new LossStep(loss, builder.Value(output), gradient, targets, capacity));
                return optimizer is null ? null : () => Commit(builder, optimizer, slots);
            },
            keepAll, lowMemory: lowMemory);
        Load = load!;
        Loss = lossStep!;
        Targets = targets;
    }

    public Plan Plan { get; }

    public LoadStep Load { get; }

    public LossStep Loss { get; }

    public PlanBuffer? Targets { get; }

    /// <summary>Emits what ends a training step: the checks that no step made yet, then the update and the commit of statistics.</summary>
    internal static void Commit(PlanBuilder builder, Optimizer optimizer, ImmutableArray<AlignedMemory> slots)
    {
        builder.Emit(new CheckStep(builder.UncheckedGradients(), [.. builder.Staged], builder.Value(builder.Network.Output)));
        builder.Emit(new UpdateStep(builder, optimizer, slots));
        if (builder.Staged.Count > 0)
            builder.Emit(new CommitStatistics([.. builder.Staged]));
    }
}
