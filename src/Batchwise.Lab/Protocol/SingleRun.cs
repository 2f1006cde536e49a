using System.Collections.Immutable;
using System.Diagnostics;

namespace Batchwise.Lab;

/// <summary>Trains one network on one thread, follows its validation accuracy and scores its end.</summary>
static class SingleRun
{
    /// <summary>Training batches from which population statistics are estimated, where a request does not say otherwise.</summary>
    public const int PopulationBatches = 200;

    /// <summary>Runs a request.</summary>
    /// <exception cref="OperationCanceledException">It was ended; nothing of it counts.</exception>
    public static RunResult Execute(RunRequest request, CancellationToken cancellationToken)
    {
        var all = Stopwatch.StartNew();
        var training = new Stopwatch();
        var (data, batch) = (request.Data, request.Batch);
        var points = ImmutableArray.CreateBuilder<RunPoint>();
        var state = NetworkState.Create(request.Network, request.Seed);
        request.Arm.Prepare?.Invoke(state, data.Train, batch);
        using var trainer = Trainer.From(state, new Sgd(request.Setting.Rate), request.Seed, threads: 1);
        string? diverged = null;
        try
        {
            foreach (var checkpoint in request.Checkpoints())
            {
                training.Start();
                trainer.Fit(data.Train, batch, checkpoint - trainer.Step, cancellationToken: cancellationToken);
                training.Stop();
                cancellationToken.ThrowIfCancellationRequested();
                points.Add(new(trainer.Step, training.Elapsed.TotalSeconds, trainer.Evaluate(data.Validation).Accuracy));
            }
        }
        catch (TrainingDivergedException error)
        {
            training.Stop();
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
            Points = points.ToImmutable(),
            Validation = Score(data.Validation),
            Test = request.ScoreTest ? Score(data.Test) : null,
            Seconds = training.Elapsed.TotalSeconds,
            SecondsInAll = all.Elapsed.TotalSeconds,
            Machine = $"{Machine.Cpu}, {Machine.InstructionSet}",
        };
    }

    /// <summary>Trains a request's network once more, to the same weights, and looks at nothing on the way.</summary>
    /// <returns>Its state with population statistics; null if it diverged.</returns>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static NetworkState? Train(RunRequest request, CancellationToken cancellationToken)
    {
        var state = NetworkState.Create(request.Network, request.Seed);
        request.Arm.Prepare?.Invoke(state, request.Data.Train, request.Batch);
        using var trainer = Trainer.From(state, new Sgd(request.Setting.Rate), request.Seed, threads: 1);
        try
        {
            trainer.Fit(request.Data.Train, request.Batch, request.Steps, cancellationToken: cancellationToken);
        }
        catch (TrainingDivergedException)
        {
            return null;
        }
        cancellationToken.ThrowIfCancellationRequested();
        return Estimate(trainer, request) is null ? state : null;
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
