using System.Collections.Immutable;

namespace Batchwise;

/// <summary>
/// Examines a network, a trained model and its run for what commonly goes wrong with batch normalization. Each check is
/// described in <c>docs/doctor.md</c>, with its threshold and the reason for it.
/// </summary>
public static class Doctor
{
    /// <summary>All checks, in the order of their findings.</summary>
    internal static ImmutableArray<HealthCheck> Checks { get; } =
    [
        new DamagedStatistics(), new MissingPopulation(), new StaleMovingAverages(), new InferenceGap(),
        new DeadChannels(), new SaturatedChannels(), new VanishedGamma(), new ConstantChannels(), new EpsilonDominates(),
        new RedundantBias(), new DropoutBeforeNormalization(), new DecayedGamma(), new SmallBatch(),
        new UnstableRate(), new InvertedBatchWeight(),
    ];

    /// <summary>Examines a model, with whatever else there is to look at.</summary>
    /// <param name="model">The model; it is left as it is.</param>
    /// <param name="examples">
    /// Examples of what it was trained on, raw or prepared as for <see cref="Model.Evaluate"/>; some thousand are enough. Null leaves out
    /// the checks that need data.
    /// </param>
    /// <param name="log">The log of the run that trained it. Null leaves out the checks that need it.</param>
    /// <param name="progress">Is told after every batch of examples.</param>
    /// <exception cref="ArgumentException">The examples do not fit the model, or are fewer than two.</exception>
    public static Examination Examine(Model model, IExamples? examples = null, RunLog? log = null, IProgress<ExaminationProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (examples is null)
            return Examine(new Patient(model.Network, log) { State = model.State });
        var loss = Model.LossOf(model.Meaning);
        Examples.RequireFit(examples, model.Network, loss, model.ClassNames);
        if (examples.Count < 2)
            throw new ArgumentException("One example has no batch statistics: give at least two, better some thousand.", nameof(examples));
        using var pool = new WorkerPool(Environment.ProcessorCount);
        return Examine(new Patient(model.Network, log) { State = model.State, Sweep = new Sweep(model.Prepared(examples), loss, log?.BatchSize, pool, progress) });
    }

    /// <summary>Examines a network that need not have been trained: only for what can be seen in its layers and in a run's log.</summary>
    /// <param name="network">The network.</param>
    /// <param name="log">The log of a run that trained it. Null leaves out the checks that need it.</param>
    public static Examination Examine(Network network, RunLog? log)
    {
        ArgumentNullException.ThrowIfNull(network);
        return Examine(new Patient(network, log));
    }

    private static Examination Examine(Patient patient)
    {
        var findings = new List<Finding>();
        var (lacking, unconcerned) = (ImmutableArray.CreateBuilder<UnexaminedCheck>(), ImmutableArray.CreateBuilder<UnexaminedCheck>());
        var examined = 0;
        foreach (var check in Checks)
        {
            if (check.MissingIn(patient) is { } missing)
            {
                unconcerned.Add(new(check.Name, missing));
                continue;
            }
            if (check.Lacks(patient) is { } lacks)
            {
                lacking.Add(new(check.Name, lacks));
                continue;
            }
            patient.Sweep?.Check = check.Name;
            findings.AddRange(check.Examine(patient));
            examined++;
        }
        // Sorting by a key keeps the order of equals: that of the checks.
        return new([.. findings.OrderByDescending(finding => finding.Severity).ThenBy(finding => finding.Suspect)], lacking.ToImmutable(), examined) { NotConcerned = unconcerned.ToImmutable() };
    }
}
