using System.Collections.Immutable;

namespace Batchwise;

/// <summary>Where a run of <see cref="Trainer.Fit"/> is.</summary>
/// <param name="Step">Steps taken by the trainer in all.</param>
/// <param name="LastStep">The step at which this run ends.</param>
/// <param name="Loss">The mean loss of the batches since the last report.</param>
/// <param name="Accuracy">
/// The share of right answers to their samples, under the weights of their moment, as <see cref="Evaluation"/> counts them.
/// </param>
public readonly record struct TrainingProgress(long Step, long LastStep, double Loss, double Accuracy);

/// <summary>What a run of <see cref="Trainer.Fit"/> reported.</summary>
/// <param name="Reports">Its reports in order.</param>
/// <param name="Cancelled">Whether it was ended before its last step.</param>
public sealed record TrainingHistory(ImmutableArray<TrainingProgress> Reports, bool Cancelled)
{
    /// <summary>The loss of the last report; NaN if there is none.</summary>
    public double LastLoss => Reports.IsEmpty ? double.NaN : Reports[^1].Loss;
}

/// <summary>How a network answers a set of examples.</summary>
/// <param name="Accuracy">
/// The share of right answers. Logits of classes give one answer, the class of the largest. Binary logits give an answer per output: yes above
/// 0, which is right where the target is above one half. Values give none, and the accuracy is NaN.
/// </param>
/// <param name="Loss">The mean loss; not finite where an output is not.</param>
/// <param name="Count">How many examples.</param>
public readonly record struct Evaluation(double Accuracy, double Loss, int Count);
