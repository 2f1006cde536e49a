namespace Batchwise;

/// <summary>Finds out, after a step that failed, where it went bad first.</summary>
static class Diagnosis
{
    /// <summary>
    /// Runs the same batch again, with every buffer kept and nothing committed, and looks for the first value that is
    /// not finite: in the data, then layer by layer forward, then in targets and loss, then layer by layer backward.
    /// </summary>
    public static string FirstBadLayer(Trainer trainer, TrainingPlan failed, int count)
    {
        var network = trainer.Network;
        var state = trainer.State.Clone();
        var again = new TrainingPlan(state, null, trainer.Loss, [], failed.Plan.Capacity, keepAll: true);
        var (from, to) = (failed.Plan.CurrentRun, again.Plan.CurrentRun);
        from.Memory.Span(failed.Plan.Input, count).CopyTo(again.Plan.Memory.Span(again.Plan.Input, count));
        if (failed.Targets is { } targets && again.Targets is { } copy)
            from.Memory.Span(targets, count).CopyTo(again.Plan.Memory.Span(copy, count));
        from.Labels.CopyTo(to.Labels, 0);
        (to.Step, to.Seed) = (from.Step, from.Seed);
        again.Plan.Run(new SerialExecutor(), count);

        foreach (var node in network.Nodes)
        {
            foreach (var entry in state.Parameters.Where(entry => entry.Node == node))
            {
                if (!Kernels.Finite.All(state.Values(entry)))
                    return $"the parameter '{entry.Name}' holds an infinite or NaN value.";
            }
            var buffer = again.Plan.Values.FirstOrDefault(value => value.Node == node).Buffer;
            if (buffer is not null && !AllFinite(again.Plan, buffer, count))
            {
                return node == network.InputNode
                    ? "the data of its batch hold an infinite or NaN value."
                    : $"the output of layer '{network.NameOf(node)}' is the first that is infinite or NaN.";
            }
        }
        foreach (var staged in again.Plan.Staged)
        {
            if (!staged.IsFinite)
                return $"the statistic '{staged.Name}' is infinite or NaN.";
        }
        if (again.Targets is { } wanted && !AllFinite(again.Plan, wanted, count))
            return "the targets of its batch hold an infinite or NaN value.";
        if (!double.IsFinite(again.Loss.Mean(count)))
            return "the loss is infinite or NaN, though every layer's output is finite.";
        foreach (var entry in state.Parameters.Reverse())
        {
            if (!Kernels.Finite.All(again.Plan.Memory.Gradients.Span(entry.Offset, entry.Spec.Shape.Size)))
                return $"the gradient of '{entry.Name}' is the first that is infinite or NaN, though loss and outputs are finite.";
        }
        return "a value was infinite or NaN that could not be found again.";
    }

    private static bool AllFinite(Plan plan, PlanBuffer buffer, int count)
    {
        var values = new float[buffer.Rows(count) * buffer.Channels];
        plan.Read(buffer, values, count);
        return Kernels.Finite.All(values);
    }
}
