using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>A moment of a run, with the moving averages of that moment.</summary>
/// <param name="Step">Steps taken.</param>
/// <param name="Validation">Accuracy on held-out images.</param>
/// <param name="Test">Accuracy on test images.</param>
public sealed record RecipePoint(long Step, double Validation, double Test) : IRunPoint
{
    string? IRunPoint.Fault => Impossible.Accuracy("a validation accuracy of its curve", Validation) ?? Impossible.Accuracy("a test accuracy of its curve", Test);
}

/// <summary>A recipe's finished run, as it is kept in a file.</summary>
public sealed record RecipeRun : IKeptRun
{
    /// <summary>What determined it.</summary>
    public required string Spec { get; init; }

    /// <summary>The recipe's name.</summary>
    public required string Recipe { get; init; }

    /// <summary>Its learning rate at the start.</summary>
    public required float Rate { get; init; }

    /// <summary>The seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The steps it was to take.</summary>
    public required long Budget { get; init; }

    /// <summary>The steps it took.</summary>
    public long Steps { get; init; }

    /// <summary>What made it diverge, at the step after <see cref="Steps"/>; null if nothing did.</summary>
    public string? Diverged { get; init; }

    /// <summary>Its curve.</summary>
    public ImmutableArray<RecipePoint> Points { get; init; } = [];

    /// <summary>Validation accuracy at the end, with population statistics; null if it diverged.</summary>
    public double? Validation { get; init; }

    /// <summary>Test accuracy at the end, with population statistics; null if it diverged, and for a run of a search.</summary>
    public double? Test { get; init; }

    /// <summary>The SHA-256 of the file with what its network says of all images; null unless it is a network of an ensemble, and if it diverged.</summary>
    public string? Predictions { get; init; }

    /// <summary>Seconds spent training.</summary>
    public double Seconds { get; init; }

    /// <summary>Seconds with all evaluations.</summary>
    public double SecondsInAll { get; init; }

    /// <summary>The processor and kernels it ran on.</summary>
    public required string Machine { get; init; }

    /// <summary>The largest validation accuracy of the curve; null if it has none, or diverged: what it had reached before it broke is no use.</summary>
    public double? Best => Points.IsEmpty || Diverged is not null ? null : Points.Max(point => point.Validation);

    /// <summary>
    /// Whether the best of the curve lies in its last fifth, so that a longer run might well do better: it is then not the recipe's best, but
    /// what it reaches at its budget.
    /// </summary>
    public bool StillImproves
    {
        get
        {
            double Most(IEnumerable<RecipePoint> points) => points.Select(point => point.Validation).DefaultIfEmpty(double.NegativeInfinity).Max();
            return Diverged is null && Most(Points.Where(point => point.Step * 5 > Budget * 4)) > Most(Points.Where(point => point.Step * 5 <= Budget * 4));
        }
    }

    /// <summary>What in it cannot be of a run that was asked for, as the end of a sentence; null if nothing.</summary>
    /// <param name="asked">The run before its first step.</param>
    /// <param name="looks">The steps at which it is scored.</param>
    /// <param name="member">Whether it is a network of an ensemble.</param>
    internal string? FaultOf(RecipeRun asked, IReadOnlyList<long> looks, bool member)
    {
        var whole = Diverged is null;
        return Impossible.Unless(Recipe == asked.Recipe && Rate == asked.Rate && Seed == asked.Seed && Budget == asked.Budget, "its recipe, rate, seed or budget is another")
            ?? Impossible.Steps(Steps, Budget, Diverged)
            ?? Impossible.Points(Points, looks, all: whole)
            ?? Impossible.Unless(
                Validation is not null == whole && Test is not null == (whole && looks.Count > 0) && Predictions is not null == (whole && member),
                "it has not the accuracies and predictions of such a run")
            ?? Impossible.Accuracy("its validation accuracy", Validation)
            ?? Impossible.Accuracy("its test accuracy", Test)
            ?? Impossible.Seconds("training", Seconds)
            ?? Impossible.Seconds("the run", SecondsInAll);
    }

    /// <summary>The first scored step at which validation accuracy reaches a target; null if it never does, or diverged.</summary>
    /// <param name="target">The target.</param>
    public long? StepsTo(double target) => Diverged is not null ? null : Points.FirstOrDefault(point => point.Validation >= target)?.Step;

    /// <summary>How many times fewer steps than <paramref name="baseline"/> this run needs to that one's best; null where either does not reach it.</summary>
    /// <param name="baseline">The run that it is compared with.</param>
    public double? StepRatio(RecipeRun baseline)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        return baseline.Best is { } target && StepsTo(target) is { } mine && baseline.StepsTo(target) is { } theirs ? (double)theirs / mine : null;
    }
}
