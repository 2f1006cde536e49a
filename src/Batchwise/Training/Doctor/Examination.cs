using System.Collections.Immutable;

namespace Batchwise;

/// <summary>What a <see cref="Doctor"/> found, and what it could not look at.</summary>
/// <param name="Findings">What was found, the worst first.</param>
/// <param name="NotExamined">The checks that this network can fail and that were not given what they need.</param>
/// <param name="Examined">How many checks were made.</param>
public sealed record Examination(ImmutableArray<Finding> Findings, ImmutableArray<UnexaminedCheck> NotExamined, int Examined)
{
    /// <summary>The checks of what this network does not have: of dead channels where there is no rectifier.</summary>
    public ImmutableArray<UnexaminedCheck> NotConcerned { get; init; } = [];

    /// <summary>Whether nothing was found that is worse than <see cref="FindingSeverity.Info"/>.</summary>
    public bool IsHealthy => Findings.All(finding => finding.Severity == FindingSeverity.Info);

    /// <summary>The findings as a list to read, what was not examined, and the verdict.</summary>
    public override string ToString() => ExaminationPrinter.Print(this);
}

/// <summary>A check that could not be made.</summary>
/// <param name="Check">Its name.</param>
/// <param name="Lacks">
/// What it needs: of <see cref="Examination.NotExamined"/> what was not given ("data", "the run's log", "a trained model"), of
/// <see cref="Examination.NotConcerned"/> what the network does not have ("a ReLU, Clip or HardSwish layer").
/// </param>
public sealed record UnexaminedCheck(string Check, string Lacks);

/// <summary>How far an examination is that runs a model over examples.</summary>
/// <param name="Check">The check that runs it.</param>
/// <param name="Pass">Which of its runs over the examples, from 1; how many there will be depends on what it finds.</param>
/// <param name="Done">How many examples of this run are done.</param>
/// <param name="Count">How many examples a run has.</param>
public readonly record struct ExaminationProgress(string Check, int Pass, int Done, int Count);
