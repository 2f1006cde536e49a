using System.Collections.Immutable;

namespace Batchwise;

/// <summary>What a <see cref="Doctor"/> found, and what it could not look at.</summary>
/// <param name="Findings">What was found, the worst first.</param>
/// <param name="NotExamined">The checks that concern this network and lacked something.</param>
/// <param name="Examined">How many checks were made.</param>
public sealed record Examination(ImmutableArray<Finding> Findings, ImmutableArray<UnexaminedCheck> NotExamined, int Examined)
{
    /// <summary>Whether nothing was found that is worse than <see cref="FindingSeverity.Info"/>.</summary>
    public bool IsHealthy => Findings.All(finding => finding.Severity == FindingSeverity.Info);

    /// <summary>The findings as a list to read, what was not examined, and the verdict.</summary>
    public override string ToString() => ExaminationPrinter.Print(this);
}

/// <summary>A check that could not be made.</summary>
/// <param name="Check">Its name.</param>
/// <param name="Lacks">What it needs and was not given: "data", "the run's log", "a trained model".</param>
public sealed record UnexaminedCheck(string Check, string Lacks);
