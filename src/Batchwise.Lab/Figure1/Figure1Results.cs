using System.Text.Json.Serialization;

namespace Batchwise.Lab;

/// <summary>A moment of a run.</summary>
/// <param name="Step">Steps taken.</param>
/// <param name="TestAccuracy">Test accuracy, with the moving averages of that moment.</param>
/// <param name="Percentiles">Per unit of the last hidden layer, the 15th, 50th and 85th percentile of its sigmoid's input: [units, 3].</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public sealed record Moment(long Step, double TestAccuracy, float[] Percentiles) : IRunPoint
{
    string? IRunPoint.Fault => Impossible.Accuracy("an accuracy of its curve", TestAccuracy);
}

/// <summary>One network's run.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public sealed record VariantResult
{
    /// <summary><c>plain</c> or <c>batch-norm</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The settings it ran with.</summary>
    public required Figure1Settings Settings { get; init; }

    /// <summary>Test accuracy at the end, with population statistics.</summary>
    public double FinalTestAccuracy { get; init; } = double.NaN;

    /// <summary>Validation accuracy at the end, with population statistics.</summary>
    public double ValidationAccuracy { get; init; } = double.NaN;

    /// <summary>Time per training step, without evaluations.</summary>
    public double MicrosecondsPerStep { get; init; }

    /// <summary>Steps taken.</summary>
    public long Steps { get; init; }

    /// <summary>What stopped it early; null if nothing did.</summary>
    public string? Diverged { get; init; }

    /// <summary>Whether it was ended from outside.</summary>
    public bool Cancelled { get; init; }

    /// <summary>The run's moments.</summary>
    public IReadOnlyList<Moment> Moments { get; init; } = [];

    /// <summary>The largest accuracy of the curve.</summary>
    public double MaxTestAccuracyOverCurve => Moments.Count == 0 ? double.NaN : Moments.Max(moment => moment.TestAccuracy);

    /// <summary>The last accuracy of the curve.</summary>
    public double LastOfCurve => Moments.Count == 0 ? double.NaN : Moments[^1].TestAccuracy;

    /// <summary>The first scored step at which the curve reaches an accuracy; null if it never does.</summary>
    public long? StepsTo(double accuracy) => Moments.FirstOrDefault(moment => moment.TestAccuracy >= accuracy)?.Step;

    /// <summary>How many times fewer steps <paramref name="other"/> needs to reach this run's last accuracy; null if it never does.</summary>
    public double? StepRatio(VariantResult other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return StepsTo(LastOfCurve) is { } mine && other.StepsTo(LastOfCurve) is { } theirs ? (double)mine / theirs : null;
    }
}

/// <summary>Where an experiment is.</summary>
/// <param name="What">Which run.</param>
/// <param name="Step">Steps it has taken.</param>
/// <param name="Steps">Steps it takes.</param>
/// <param name="Accuracy">The last accuracy seen; NaN before the first.</param>
/// <param name="StepsPerSecond">Its speed, evaluations included.</param>
public readonly record struct LabProgress(string What, long Step, long Steps, double Accuracy, double StepsPerSecond);
