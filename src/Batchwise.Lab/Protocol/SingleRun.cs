namespace Batchwise.Lab;

/// <summary>Trains one network on one thread, follows its validation accuracy and scores its end.</summary>
static class SingleRun
{
    /// <summary>Training batches from which population statistics are estimated, where a request does not say otherwise.</summary>
    public const int PopulationBatches = 200;

    /// <summary>Runs a request.</summary>
    /// <param name="request">The run.</param>
    /// <param name="context">What it needs of its bench.</param>
    /// <exception cref="OperationCanceledException">It was ended, and its checkpoint is kept.</exception>
    public static RunResult Execute(RunRequest request, RunContext context)
    {
        var (data, batch) = (request.Data, request.Batch);
        using var training = Open(request, request.Canonical, [.. request.Checkpoints()], context);
        var trainer = training.Trainer;
        string? diverged = null;
        try
        {
            foreach (var look in training.ToCome)
            {
                training.FitTo(look, data.Train, batch, context.CancellationToken);
                training.Add(new(trainer.Step, training.Seconds, trainer.Evaluate(data.Validation).Accuracy));
            }
        }
        catch (TrainingDivergedException error)
        {
            diverged = error.Message;
        }
        diverged ??= Estimate(trainer, request);
        var chance = 1.0 / data.Train.Classes;
        double Score(IExamples examples) => diverged is null ? trainer.Evaluate(examples, request.Arm.Inference).Accuracy : chance;
        return new RunResult
        {
            Spec = request.Canonical,
            Arm = request.Arm.Name,
            Rate = request.Setting.Rate,
            Choice = request.Setting.Choice,
            Seed = request.Seed,
            Budget = request.Steps,
            Steps = trainer.Step,
            Chance = chance,
            Diverged = diverged,
            Points = training.Points,
            Validation = Score(data.Validation),
            Test = request.ScoreTest ? Score(data.Test) : null,
            Seconds = training.Seconds,
            SecondsInAll = training.SecondsInAll,
            Machine = $"{Machine.Cpu}, {Machine.InstructionSet}",
        };
    }

    /// <summary>Trains a request's network once more, to the same weights, and looks at nothing on the way.</summary>
    /// <param name="request">The run.</param>
    /// <param name="spec">What determines this training among all that are kept.</param>
    /// <param name="context">What it needs of its bench.</param>
    /// <returns>Its state with population statistics; null if it diverged.</returns>
    /// <exception cref="OperationCanceledException">It was ended, and its checkpoint is kept.</exception>
    public static NetworkState? Train(RunRequest request, string spec, RunContext context)
    {
        using var training = Open(request, spec, [], context);
        try
        {
            training.FitTo(request.Steps, request.Data.Train, request.Batch, context.CancellationToken);
        }
        catch (TrainingDivergedException)
        {
            return null;
        }
        return Estimate(training.Trainer, request) is null ? training.Trainer.State : null;
    }

    private static KeptTraining<RunPoint> Open(RunRequest request, string spec, long[] looks, RunContext context)
    {
        var optimizer = new Sgd(request.Setting.Rate);
        return new(context.Store, spec, ResultJson.Readable.UnfinishedRunRunPoint, looks, request.Steps, Begin, path => Trainer.Resume(path, request.Network, optimizer, threads: 1))
        {
            Told = context.Told,
        };

        Trainer Begin()
        {
            var state = NetworkState.Create(request.Network, request.Seed);
            request.Arm.Prepare?.Invoke(state, request.Data.Train, request.Batch);
            return Trainer.From(state, optimizer, request.Seed, threads: 1);
        }
    }

    // Weights may be finite and the batches' statistics not: such a network is of no use either.
    private static string? Estimate(Trainer trainer, RunRequest request)
    {
        try
        {
            var (train, batch) = (request.Data.Train, request.Batch);
            trainer.EstimatePopulation(train.Slice(0, Math.Min(train.Count, request.PopulationBatches * batch)), batch);
            return null;
        }
        catch (InvalidOperationException error)
        {
            return error.Message;
        }
    }
}
