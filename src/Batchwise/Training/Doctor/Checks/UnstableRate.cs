using static System.FormattableString;

namespace Batchwise;

/// <summary>A run whose loss rose, swung or stopped being finite: the rate may lie beyond what is stable.</summary>
sealed class UnstableRate : HealthCheck
{
    /// <summary>
    /// The part of a run that is early: a rate that is too large shows where gradients are largest, and later swings of a small
    /// loss are noise.
    /// </summary>
    private const double Early = 0.2;

    /// <summary>
    /// An early loss above this many times that of guessing is risen: new networks of well drawn weights give outputs of
    /// deviation 1 at most, and so 1.2 times a guess's loss among ten classes.
    /// </summary>
    private const double AboveGuess = 1.5;

    /// <summary>
    /// Swings count from this share of the first loss, and of what the loss fell by: a loss that takes back half of what it
    /// gained, and more than half of all there was to gain, is not falling with some noise.
    /// </summary>
    private const double Swings = 0.5;

    /// <summary>The share of its first loss below which a run's last one says that it learned after all: half.</summary>
    private const double Recovered = 0.5;

    public override string Name => "unstable-rate";

    public override Evidence Needs => Evidence.Log;

    public override string? MissingIn(Patient patient) => null;

    public override IEnumerable<Finding> Examine(Patient patient)
    {
        var log = patient.Log!;
        if (log.Divergence is { } divergence)
        {
            yield return Found(log, FindingSeverity.Illness, Invariant($"The run diverged at step {divergence.Step}."), divergence.Where);
            yield break;
        }
        var losses = log.Reports.Where(report => report.Step <= Early * log.Steps).Select(report => report.Loss).ToArray();
        if (losses.Length < 2)
            yield break;
        // A run that came down again had a rate that its end could bear: worth knowing, no more.
        var end = log.Reports[^1].Loss;
        var recovered = end < Recovered * losses[0];
        var (severity, outcome) = recovered
            ? (FindingSeverity.Info, Invariant($"; it came down to {end:0.###}"))
            : (FindingSeverity.Warning, Invariant($", and was {end:0.###} at the end"));
        var place = Array.IndexOf(losses, losses.Max());
        if (Guess(patient, log) is { } guess && losses[place] > AboveGuess * guess)
        {
            yield return Found(log, severity, Invariant($"The loss rose to {losses[place]:0.###}, where a guess has {guess:0.###}{outcome}."),
                Invariant($"around step {log.Reports[place].Step} of {log.Steps}"));
            yield break;
        }
        var changes = losses.Zip(losses.Skip(1), (one, next) => next - one).ToArray();
        var (rises, falls) = (changes.Where(change => change > 0).Sum(), -changes.Where(change => change < 0).Sum());
        if (rises > Swings * losses[0] && rises > Swings * falls)
        {
            yield return Found(log, severity, Invariant($"The loss swung early in the run: it rose by {rises:0.###} and fell by {falls:0.###} in all, from {losses[0]:0.###}{outcome}."),
                Invariant($"the first {losses.Length} reports, to step {log.Reports[losses.Length - 1].Step} of {log.Steps}"));
        }
    }

    private Finding Found(RunLog log, FindingSeverity severity, string what, string where) => new()
    {
        Check = Name,
        Severity = severity,
        Suspect = true,
        What = what + Invariant($" {log.Optimizer.Name}'s learning rate was {log.Optimizer.LearningRate} ({log.Optimizer.Schedule})."),
        Where = where,
        Why = "Beyond the largest stable rate (2 over the loss's curvature, for plain descent) each step overshoots more than the last. Batch normalization raises that rate, but not for layers that are not normalized, such as the last.",
        Remedy = "Train again with a third of the rate, or with a warm-up (Schedule.WithWarmUp). If that changes nothing, look at the data and the loss.",
    };

    /// <summary>The loss of equal probabilities for all classes; null where it has no such measure.</summary>
    private static double? Guess(Patient patient, RunLog log)
    {
        var outputs = patient.Network.OutputShape.Size;
        return log.Loss == Loss.SoftmaxCrossEntropy.Name ? Math.Log(outputs)
            : log.Loss == Loss.BinaryCrossEntropy.Name ? Math.Log(2) * outputs
            : null;
    }
}
