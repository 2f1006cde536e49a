using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>A moment of a run, with the moving averages of that moment.</summary>
/// <param name="Step">Steps taken.</param>
/// <param name="Validation">Accuracy on held-out images.</param>
/// <param name="Test">Accuracy on test images.</param>
public sealed record RecipePoint(long Step, double Validation, double Test);

/// <summary>A recipe's run, finished or not, as it is kept in a file.</summary>
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

    /// <summary>Validation accuracy at the end, with population statistics; null before, and if it diverged.</summary>
    public double? Validation { get; init; }

    /// <summary>Test accuracy at the end, with population statistics; null before, if it diverged, and for a run of a search.</summary>
    public double? Test { get; init; }

    /// <summary>The SHA-256 of the file with what its network says of all images; null unless it is a network of an ensemble, and finished.</summary>
    public string? Predictions { get; init; }

    /// <summary>Seconds spent training.</summary>
    public double Seconds { get; init; }

    /// <summary>Seconds with all evaluations.</summary>
    public double SecondsInAll { get; init; }

    /// <summary>The processor and kernels it ran on.</summary>
    public required string Machine { get; init; }

    /// <summary>Whether nothing is left to do.</summary>
    public bool IsFinished => Diverged is not null || Validation is not null;

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
