using System.Collections.Immutable;
using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Health;

/// <summary>Small trained networks for the doctor, and their logs.</summary>
static class Patients
{
    public const int Batch = 20;
    public const int Steps = 300;

    /// <summary>dense1 (30) batchNorm1 relu1 dense2 (20) batchNorm2 sigmoid1 dense3.</summary>
    public static Network Network { get; } = Batchwise.Network.Input(37).Dense(30).Relu().Dense(20).Sigmoid().Dense(3).WithBatchNormalization();

    public static Toy Data { get; } = new(400);

    public static Trainer Train(Network? network = null, Optimizer? optimizer = null, int steps = Steps)
    {
        var trainer = new Trainer(network ?? Network, optimizer ?? new Sgd(0.1f), 3, threads: 1);
        trainer.Fit(Data, Batch, steps);
        return trainer;
    }

    /// <summary>A trained model with population statistics, before anything is done to it.</summary>
    public static Model Healthy(Network? network = null)
    {
        using var trainer = Train(network);
        trainer.EstimatePopulation(Data, Batch);
        return trainer.ToModel();
    }

    public static RunLog Log(Optimizer? optimizer = null, int batch = Batch, params double[] losses)
    {
        using var trainer = new Trainer(Network, optimizer ?? new Sgd(0.1f), threads: 1);
        return RunLog.Of(trainer, "test", "toy", "toys", batch, 10 * losses.Length, losses.Select((loss, i) => new TrainingProgress(10 * (i + 1), 10 * losses.Length, loss, 0.5)));
    }

    /// <summary>What one check found.</summary>
    public static ImmutableArray<Finding> Of(this Examination examination, string check) => [.. examination.Findings.Where(finding => finding.Check == check)];
}
