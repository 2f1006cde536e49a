namespace Batchwise.Lab;

/// <summary>Trains one network on one thread and looks at its activations, gradients and Jacobians as it goes.</summary>
static class ShiftMeasurement
{
    /// <summary>Looks in a run.</summary>
    public const int Looks = 20;

    /// <summary>Held-out examples whose activations are followed.</summary>
    public const int Observed = 500;

    /// <summary>Held-out batches whose gradients are taken.</summary>
    public const int Batches = 2;

    /// <summary>Held-out examples at which Jacobians are taken.</summary>
    public const int Points = 3;

    private const int Version = 1;

    /// <summary>The run of a request.</summary>
    public static LabJob<ShiftRun> Job(RunRequest request)
    {
        var spec = FormattableString.Invariant($"covariate shift {Version}, looks {Looks}, observed {Observed}, batches {Batches}, points {Points}\n{request.Canonical}");
        return new(spec, request.Steps, run => run.FaultOf(request, LooksOf(request)), context => Execute(request, spec, context));
    }

    private static long[] LooksOf(RunRequest request) => [.. Enumerable.Range(1, Looks).Select(i => Math.Max(1, request.Steps * i / Looks)).Distinct()];

    private static ShiftRun Execute(RunRequest request, string spec, RunContext context)
    {
        var (data, batch) = (request.Data, request.Batch);
        var optimizer = new Sgd(request.Setting.Rate);
        // Drifts are told from the look before, which a checkpoint between two looks does not have.
        using var training = new KeptTraining<ShiftLook>(
            context.Store, spec, ResultJson.Readable.UnfinishedRunShiftLook, LooksOf(request), request.Steps,
            () => Trainer.From(NetworkState.Create(request.Network, request.Seed), optimizer, request.Seed, threads: 1),
            path => Trainer.Resume(path, request.Network, optimizer, threads: 1))
        { OnlyAtLooks = true, Told = context.Told };
        var trainer = training.Trainer;
        var layers = HiddenLayer.Of(trainer.Network);
        var watch = new ActivationWatch(trainer.State, layers, data.Validation.Slice(0, Math.Min(Observed, data.Validation.Count)));
        var gradients = new GradientLook(trainer.State, data.Validation, batch, Batches);
        var points = data.Validation.Slice(0, Math.Min(Points, data.Validation.Count));
        LayerJacobian[] jacobians = [.. layers.Select(layer => new LayerJacobian(trainer.State, layer))];
        if (training.Points.Length > 0)
            watch.Look((ulong)trainer.Step);
        string? diverged = null;
        var test = 1.0 / data.Train.Classes;
        try
        {
            foreach (var step in training.ToCome)
            {
                training.FitTo(step, data.Train, batch, context.CancellationToken);
                var (units, drifts) = watch.Look((ulong)step);
                var (changes, landscape) = gradients.Look(trainer.State, request.Setting.Rate, (ulong)step);
                training.Add(new(step, units, drifts, changes, landscape, [.. jacobians.Select(jacobian => jacobian.Look(points))]));
            }
            trainer.EstimatePopulation(data.Train.Slice(0, Math.Min(data.Train.Count, SingleRun.PopulationBatches * batch)), batch);
            test = trainer.Evaluate(data.Test, StatisticsSource.PopulationElseMoving).Accuracy;
        }
        catch (Exception error) when (error is TrainingDivergedException or InvalidOperationException)
        {
            // Weights may be finite and the batches' statistics not: such a network is of no use either.
            diverged = error.Message;
        }
        return new ShiftRun
        {
            Spec = spec,
            Arm = request.Arm.Name,
            Rate = request.Setting.Rate,
            Seed = request.Seed,
            Looks = training.Points,
            Diverged = diverged,
            Test = test,
            SecondsInAll = training.SecondsInAll,
            Machine = $"{Machine.Cpu}, {Machine.InstructionSet}",
        };
    }
}
