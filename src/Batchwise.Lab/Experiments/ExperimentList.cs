using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>The experiments, by name.</summary>
public static class ExperimentList
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<Experiment> All { get; } =
    [
        new LearningRates(Subject.Vectors), new Factorization(Subject.Vectors), new DropoutQuestion(), new Rectifiers(), new BatchSizes(Subject.Vectors), new CovariateShift(),
        new LearningRates(Subject.Maps), new Factorization(Subject.Maps), new BatchSizes(Subject.Maps),
    ];

    /// <summary>The names of all, for messages.</summary>
    public static string Names => string.Join(", ", All.Select(experiment => experiment.Name));

    /// <summary>Results in the order of their experiments.</summary>
    public static ImmutableArray<ExperimentResult> InOrder(IEnumerable<ExperimentResult> results) =>
        [.. results.OrderBy(result => All.Select(experiment => experiment.Name).ToList().IndexOf(result.Name))];

    /// <summary>The experiment of a name; null if there is none.</summary>
    public static Experiment? Find(string name) => All.FirstOrDefault(experiment => experiment.Name == name);
}
