using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>Accuracies on the images of a replica, with population statistics.</summary>
/// <param name="Validation">On the held-out images.</param>
/// <param name="Test">On the test images.</param>
public sealed record Accuracies(double Validation, double Test);

/// <summary>The networks of an ensemble that share a seed, and how their average does (section 4.2.3).</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Members">Their runs.</param>
/// <param name="Ensemble">The accuracies of the arithmetic mean of their class probabilities; null if one diverged, so that there is none.</param>
public sealed record EnsembleResult(ulong Seed, ImmutableArray<RecipeRun> Members, Accuracies? Ensemble)
{
    /// <summary>The mean of the single networks' accuracies; null if one diverged.</summary>
    public Accuracies? MeanOfMembers => Ensemble is null ? null : new(Members.Average(run => run.Validation!.Value), Members.Average(run => run.Test!.Value));

    /// <summary>Averages the networks of a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="members">Their finished runs.</param>
    /// <param name="files">What they say.</param>
    /// <param name="data">The images.</param>
    /// <exception cref="InvalidDataException">A file with predictions is missing or damaged.</exception>
    internal static EnsembleResult Of(ulong seed, ImmutableArray<RecipeRun> members, PredictionFiles files, Figure2Data data)
    {
        if (members.Any(run => run.Diverged is not null))
            return new(seed, members, null);
        var mean = MemberPredictions.Mean([.. members.Select(files.Read)]);
        return new(seed, members, new(ClassProbabilities.Accuracy(mean.Validation, data.Validation), ClassProbabilities.Accuracy(mean.Test, data.Test)));
    }
}
