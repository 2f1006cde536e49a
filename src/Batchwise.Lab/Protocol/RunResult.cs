using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>A moment of a run.</summary>
/// <param name="Step">Steps taken.</param>
/// <param name="Seconds">Seconds spent training up to there, evaluations not counted.</param>
/// <param name="Accuracy">Validation accuracy with the moving averages of that moment.</param>
public sealed record RunPoint(long Step, double Seconds, double Accuracy) : IRunPoint
{
    string? IRunPoint.Fault => Impossible.Accuracy("an accuracy of its curve", Accuracy) ?? Impossible.Seconds("its training", Seconds);
}

/// <summary>A finished run, as it is kept in a file.</summary>
public sealed record RunResult : IKeptRun
{
    /// <summary>What determined it; see <see cref="RunRequest.Canonical"/>.</summary>
    public required string Spec { get; init; }

    /// <summary>The method's name.</summary>
    public required string Arm { get; init; }

    /// <summary>The learning rate.</summary>
    public required float Rate { get; init; }

    /// <summary>The arm's own setting; null where it has none.</summary>
    public double? Choice { get; init; }

    /// <summary>The seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The steps it was to take.</summary>
    public required long Budget { get; init; }

    /// <summary>The steps it took; fewer than the budget only if it diverged.</summary>
    public required long Steps { get; init; }

    /// <summary>Seconds spent training.</summary>
    public required double Seconds { get; init; }

    /// <summary>Seconds with all evaluations.</summary>
    public required double SecondsInAll { get; init; }

    /// <summary>The accuracy of guessing: what a diverged run counts as.</summary>
    public required double Chance { get; init; }

    /// <summary>What made it diverge; null if nothing did.</summary>
    public string? Diverged { get; init; }

    /// <summary>Validation accuracy at the end with population statistics; chance if it diverged.</summary>
    public required double Validation { get; init; }

    /// <summary>Test accuracy at the end with population statistics; chance if it diverged; null for a run of a search.</summary>
    public double? Test { get; init; }

    /// <summary>Validation accuracy over the run.</summary>
    public required ImmutableArray<RunPoint> Points { get; init; }

    /// <summary>The processor and kernels it ran on.</summary>
    public required string Machine { get; init; }

    /// <summary>What in it cannot be of a request, as the end of a sentence; null if nothing.</summary>
    internal string? FaultOf(RunRequest request) =>
        Impossible.Unless(
            Arm == request.Arm.Name && Rate == request.Setting.Rate && Choice == request.Setting.Choice && Seed == request.Seed && Budget == request.Steps,
            "its method, rate, setting, seed or budget is another")
        ?? Impossible.Steps(Steps, Budget, Diverged)
        ?? Impossible.Unless(Chance == 1.0 / request.Data.Train.Classes, "its chance is not that of so many classes")
        ?? Impossible.Accuracy("its validation accuracy", Validation)
        ?? Impossible.Accuracy("its test accuracy", Test)
        ?? Impossible.Unless(Test is not null == request.ScoreTest, request.ScoreTest ? "its test accuracy is missing" : "it has a test accuracy and was not to be tested")
        ?? Impossible.Points(Points, request.Checkpoints(), all: Diverged is null)
        ?? Impossible.Seconds("training", Seconds)
        ?? Impossible.Seconds("the run", SecondsInAll);

    /// <summary>
    /// The first looked-at step at which validation accuracy reaches a target; infinity if it never does. A run that diverged
    /// reaches nothing: what it had passed before it broke is no use to anybody.
    /// </summary>
    public double StepsTo(double target) => Diverged is null ? Points.FirstOrDefault(point => point.Accuracy >= target)?.Step ?? double.PositiveInfinity : double.PositiveInfinity;

    /// <summary>Validation accuracy at the last look up to a step; chance before the first, and if the run diverged.</summary>
    public double AccuracyAt(double step) => Diverged is null ? Points.LastOrDefault(point => point.Step <= step)?.Accuracy ?? Chance : Chance;
}
