namespace Batchwise;

/// <summary>Runs a layer by its float64 reference: what every layer can do, and the slowest way to do it.</summary>
static class ReferenceLowering
{
    public static void Lower(Node node, PlanBuilder builder)
    {
        var pass = new ReferencePass(node, builder.NameOf(node), builder.Capacity, builder.Mode, builder.IsTraining);
        var place = builder.Network.PlaceOf(node);
        PlanBuffer[] inputs = [.. node.Inputs.Select(builder.Value)];
        PlanBuffer[] parameters = [.. node.Parameters.Select((_, i) => builder.Parameter(node, i).Value)];
        // What a mode leaves alone is staged as it is.
        var role = builder.Mode == NetworkMode.Training ? StatisticRole.Moving : StatisticRole.Population;
        var statistics = node.Statistics.Select(spec => (
            Current: builder.State.StatisticValues(node, spec.Name),
            Staged: builder.Mode != NetworkMode.Inference && spec.Role == role ? builder.Stage(node, spec.Name) : null)).ToArray();
        var output = builder.CreateValue(node);
        builder.Claim(node);
        builder.Emit(new ReferenceForward(pass, place, inputs, parameters, statistics, output));
        if (!builder.NeedsGradient(node))
            return;
        builder.OnBackward(() =>
        {
            var targets = node.Inputs.Select(input => builder.NeedsGradient(input) ? builder.GradientTarget(input) : default).ToArray();
            PlanBuffer[] gradients = [.. node.Parameters.Select((_, i) => builder.Parameter(node, i).Gradient)];
            builder.Emit(new ReferenceBackward(pass, output, builder.Gradient(node), targets, gradients));
        });
    }
}

/// <summary>Forward of one layer by its reference.</summary>
sealed class ReferenceForward(
    ReferencePass pass, int place, PlanBuffer[] inputs, PlanBuffer[] parameters,
    (double[] Current, double[]? Staged)[] statistics, PlanBuffer output)
    : Step("reference forward", pass.Name, [.. inputs, .. parameters], [output])
{
    public override int Tasks(int phase, int count) => 1;

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        pass.Count = run.Count;
        pass.Source = run.Source;
        pass.Random = new RandomKey(run.Seed, run.Step, place);
        for (var i = 0; i < inputs.Length; i++)
            Rows.Read(run[inputs[i]], pass.Input(i), inputs[i], run.Count);
        for (var i = 0; i < parameters.Length; i++)
            Rows.Read(run[parameters[i]], pass.Parameter(i), parameters[i], run.Count);
        for (var i = 0; i < statistics.Length; i++)
        {
            statistics[i].Current.CopyTo(pass.Statistic(i));
            statistics[i].Current.CopyTo(pass.NewStatistic(i));
        }
        pass.RunForward();
        for (var i = 0; i < statistics.Length; i++)
        {
            if (statistics[i].Staged is { } staged)
                pass.NewStatistic(i).CopyTo(staged);
        }
        Rows.Write(pass.Output, run[output], output, run.Count);
    }
}

/// <summary>Backward of one layer by its reference, from what its forward step left in the pass.</summary>
sealed class ReferenceBackward(
    ReferencePass pass, PlanBuffer output, PlanBuffer outputGradient, (PlanBuffer Buffer, bool Accumulate)[] inputGradients, PlanBuffer[] parameterGradients)
    : Step("reference backward", pass.Name, [output, outputGradient, .. Wanted(inputGradients)], [.. Wanted(inputGradients), .. parameterGradients])
{
    public override int Tasks(int phase, int count) => 1;

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        pass.ClearGradients();
        Rows.Read(run[outputGradient], pass.OutputGradient, outputGradient, run.Count);
        pass.RunBackward();
        for (var i = 0; i < inputGradients.Length; i++)
        {
            if (inputGradients[i].Buffer is { } target)
                Rows.Write(pass.InputGradient(i), run[target], target, run.Count, inputGradients[i].Accumulate);
        }
        for (var i = 0; i < parameterGradients.Length; i++)
            Rows.Write(pass.ParameterGradient(i), run[parameterGradients[i]], parameterGradients[i], run.Count);
    }

    private static IEnumerable<PlanBuffer> Wanted((PlanBuffer Buffer, bool Accumulate)[] gradients) =>
        gradients.Where(gradient => gradient.Buffer is not null).Select(gradient => gradient.Buffer);
}
