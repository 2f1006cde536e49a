using System.Collections.Immutable;

namespace Batchwise;

/// <summary>
/// What a training run was and how it went: its settings, the loss it reported, whether it diverged. It is kept beside the
/// model, for whoever asks later how the model came to be; see <see cref="Doctor"/>.
/// </summary>
public sealed partial record RunLog
{
    /// <summary>The name of the file in a run's folder.</summary>
    public const string FileName = "run.json";

    /// <summary>The version that is written, and the highest that is read.</summary>
    public const int Version = 1;

    /// <summary>The command or program that ran.</summary>
    public required string Command { get; init; }

    /// <summary>The network's name, such as <c>mnist-mlp</c>.</summary>
    public required string Network { get; init; }

    /// <summary>The name of the data set.</summary>
    public required string Data { get; init; }

    /// <summary>Examples per step, at least 1.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The steps that the run was to take.</summary>
    public required long Steps { get; init; }

    /// <summary>Fixes weights, data order and dropout.</summary>
    public required ulong Seed { get; init; }

    /// <summary>What was made small, by its name in plans and checkpoints: <c>SoftmaxCrossEntropy</c>.</summary>
    public required string Loss { get; init; }

    /// <summary>The optimizer and its settings.</summary>
    public required OptimizerLog Optimizer { get; init; }

    /// <summary>Loss and accuracy as they were reported, in order.</summary>
    public ImmutableArray<TrainingProgress> Reports { get; init; } = [];

    /// <summary>Where the run met a value that is not finite; null if it did not.</summary>
    public Divergence? Divergence { get; init; }

    /// <summary>The log of a trainer's run.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="command">The command or program that runs it.</param>
    /// <param name="network">The network's name.</param>
    /// <param name="data">The data set's name.</param>
    /// <param name="batchSize">Examples per step.</param>
    /// <param name="steps">The steps that the run is to take.</param>
    /// <param name="reports">What it reported.</param>
    public static RunLog Of(
        Trainer trainer, string command, string network, string data, int batchSize, long steps, IEnumerable<TrainingProgress> reports)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        return new()
        {
            Command = command,
            Network = network,
            Data = data,
            BatchSize = batchSize,
            Steps = steps,
            Seed = trainer.Seed,
            Loss = trainer.Loss.Name,
            Optimizer = OptimizerLog.Of(trainer.Optimizer),
            Reports = [.. reports],
        };
    }
}

/// <summary>Where a run met a loss, gradient or statistic that is infinite or NaN.</summary>
/// <param name="Step">The step that was not taken, from 0.</param>
/// <param name="Where">The first layer that went bad, in one sentence.</param>
public sealed record Divergence(long Step, string Where);
