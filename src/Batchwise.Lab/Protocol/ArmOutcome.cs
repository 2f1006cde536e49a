using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>An arm's runs over the fresh seeds with one setting.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Setting">The setting.</param>
/// <param name="Runs">Its runs in the order of the seeds; diverged ones keep their place.</param>
/// <param name="SecondsPerStep">The time of its step; see <see cref="StepTime"/>.</param>
public sealed record ArmOutcome(Arm Arm, ArmSetting Setting, ImmutableArray<RunResult> Runs, double SecondsPerStep)
{
    private const long FewestTimedSteps = 200;

    /// <summary>Test accuracy of each seed; chance where it diverged.</summary>
    public ImmutableArray<double> Test => [.. Runs.Select(run => run.Test ?? throw new InvalidOperationException($"A run of {Arm.Name} was not scored on the test set."))];

    /// <summary>Validation accuracy of each seed; chance where it diverged.</summary>
    public ImmutableArray<double> Validation => [.. Runs.Select(run => run.Validation)];

    /// <summary>How many runs diverged.</summary>
    public int Diverged => Runs.Count(run => run.Diverged is not null);

    /// <summary>The median number of steps to a validation accuracy; infinite if half of the seeds or more do not reach it.</summary>
    public double StepsTo(double target) => Sample.Median([.. Runs.Select(run => run.StepsTo(target))]);

    /// <summary>How many seeds reach a validation accuracy.</summary>
    public int Reached(double target) => Runs.Count(run => double.IsFinite(run.StepsTo(target)));

    /// <summary>Mean validation accuracy after the steps that fit into a time.</summary>
    public double AccuracyWithin(double seconds) => Sample.Mean([.. Runs.Select(run => run.AccuracyAt(seconds / SecondsPerStep))]);

    /// <summary>Mean validation accuracy after a number of steps, of the curve.</summary>
    public double AccuracyAt(long step) => Sample.Mean([.. Runs.Select(run => run.AccuracyAt(step))]);

    /// <summary>
    /// The time of an arm's step in seconds: of its fastest run, since whatever else the machine does only adds. Runs that
    /// diverged at once are left out where there are others.
    /// </summary>
    public static double StepTime(IEnumerable<RunResult> runs)
    {
        RunResult[] all = [.. runs];
        var timed = all.Where(run => run.Steps >= Math.Min(FewestTimedSteps, run.Budget)).DefaultIfEmpty(all[0]);
        return timed.Min(run => run.Seconds / Math.Max(1, run.Steps));
    }
}
