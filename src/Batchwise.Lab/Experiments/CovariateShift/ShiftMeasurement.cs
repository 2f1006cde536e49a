using System.Collections.Immutable;
using System.Diagnostics;

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
        return new(spec, request.Steps, token => Execute(request, spec, token));
    }

    private static ShiftRun Execute(RunRequest request, string spec, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var (data, batch) = (request.Data, request.Batch);
        using var trainer = Trainer.From(NetworkState.Create(request.Network, request.Seed), new Sgd(request.Setting.Rate), request.Seed, threads: 1);
        var layers = HiddenLayer.Of(trainer.Network);
        var watch = new ActivationWatch(trainer.State, layers, data.Validation.Slice(0, Math.Min(Observed, data.Validation.Count)));
        var gradients = new GradientLook(trainer.State, data.Validation, batch, Batches);
        var points = data.Validation.Slice(0, Math.Min(Points, data.Validation.Count));
        LayerJacobian[] jacobians = [.. layers.Select(layer => new LayerJacobian(trainer.State, layer))];
        var looks = ImmutableArray.CreateBuilder<ShiftLook>();
        string? diverged = null;
        var test = 1.0 / data.Train.Classes;
        try
        {
            foreach (var step in Enumerable.Range(1, Looks).Select(i => Math.Max(1, request.Steps * i / Looks)).Distinct())
            {
                trainer.Fit(data.Train, batch, step - trainer.Step, cancellationToken: cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
                var (units, drifts) = watch.Look((ulong)step);
                var (changes, landscape) = gradients.Look(trainer.State, request.Setting.Rate, (ulong)step);
                looks.Add(new(step, units, drifts, changes, landscape, [.. jacobians.Select(jacobian => jacobian.Look(points))]));
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
            Looks = looks.ToImmutable(),
            Diverged = diverged,
            Test = test,
            SecondsInAll = clock.Elapsed.TotalSeconds,
            Machine = $"{Machine.Cpu}, {Machine.InstructionSet}",
        };
    }
}
