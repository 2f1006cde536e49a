using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>One question and how it is put to the networks.</summary>
public abstract class Experiment
{
    /// <summary>Its name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>Its heading.</summary>
    public abstract string Title { get; }

    /// <summary>What it asks.</summary>
    public abstract string Question { get; }

    /// <summary>What the literature says, with its source.</summary>
    public abstract string Literature { get; }

    /// <summary>Steps of a run where the settings name none.</summary>
    public abstract long DefaultSteps { get; }

    /// <summary>The same of a quick look.</summary>
    public virtual long QuickSteps => 2_000;

    /// <summary>The network without normalization that it puts methods into where the user names none: the paper's where it builds none of its own.</summary>
    /// <param name="input">The data's shape.</param>
    /// <param name="classes">How many classes there are.</param>
    public virtual Network CreateNetwork(Shape input, int classes) => BaseNetwork.Standard(input, classes);

    /// <summary>Runs it.</summary>
    /// <exception cref="OperationCanceledException">It was ended; finished runs are kept.</exception>
    public abstract ExperimentResult Run(Workbench bench);

    /// <summary>The steps of a run with a bench's settings.</summary>
    public long Steps(Workbench bench)
    {
        ArgumentNullException.ThrowIfNull(bench);
        return bench.Settings.Steps ?? (bench.Settings.Quick ? QuickSteps : DefaultSteps);
    }

    /// <summary>The result with all that does not depend on what was found.</summary>
    /// <param name="bench">Where it ran.</param>
    /// <param name="protocol">Sentences on the protocol that are this experiment's own.</param>
    private protected ExperimentResult Frame(Workbench bench, string protocol)
    {
        var (settings, data) = (bench.Settings, bench.Data);
        ImmutableArray<string> notes = settings.Quick
            ? ["A quick look: one seed and a smaller budget. Nothing is concluded, and no interval is printed."]
            : [];
        if (data.Generated)
            notes = notes.Add("The digits are generated and easier than MNIST: no number here is a benchmark.");
        if (bench.Machines.Count > 1)
            notes = notes.Add($"Finished runs were found from other machines; seconds are not comparable: {string.Join("; ", bench.Machines)}.");
        return new ExperimentResult
        {
            Name = Name,
            Title = Title,
            Question = Question,
            Literature = Literature,
            Dataset = new(data.Name, data.Source, data.Train.Count, data.Validation.Count, data.Test.Count, data.Generated),
            Protocol = $"{Networks(bench)}, plain gradient descent on softmax cross-entropy, batch {settings.Batch}, {Words.Count(Steps(bench))} steps a run. "
                + "All methods of a seed start from the same weights and see the same batches. "
                + $"Rates and a method's own setting are chosen on seed {LabSettings.SearchSeed} by validation accuracy with population statistics: successive halving (a quarter of the steps, half, all; the better half goes on), "
                + $"widened where the best lies at the edge. The test set is scored once at the end of each run with a fresh seed, with population statistics (Algorithm 2, over {SingleRun.PopulationBatches} training batches); nothing is chosen by it. "
                + $"{Words.List([.. Arms.All.Where(arm => arm.Inference == StatisticsSource.Moving).Select(arm => arm.Name)])} are scored with their moving averages, towards which they train. "
                + "A run that diverges stays in: its accuracy counts as chance, its steps to a target as more than the budget. "
                + "Steps to a target are read off the curve of validation accuracy with moving averages, every 250 steps, late every 500; "
                + "seconds are steps times the time of a step in the method's fastest run on one thread, evaluations not counted. " + protocol,
            Command = settings.Command,
            Seeds = settings.FreshSeeds,
            Machine = new(Machine.Cpu, Machine.InstructionSet, Environment.ProcessorCount, Machine.Runtime),
            Version = typeof(Network).Assembly.GetName().Version!.ToString(3),
            Quick = settings.Quick,
            Seconds = bench.Seconds,
            Notes = notes,
        };
    }

    /// <summary>The result where the network is none that this can be asked of.</summary>
    private protected ExperimentResult NotRun(Workbench bench, string reason) =>
        Frame(bench, "Nothing was run.") with { Refused = [new("all networks", reason)] };

    /// <summary>The note on searches that ended at an edge; empty if none did.</summary>
    private protected static IEnumerable<string> EdgeNotes(IEnumerable<SearchOutcome> outcomes) =>
        from outcome in outcomes
        where outcome.AtEdge
        select $"The best setting of {outcome.Arm.Name} ({outcome.Best.Text(outcome.Arm)}) still lay at the edge of what was tried.";

    /// <summary>The networks that are trained, as the protocol's first words; the bench's where an experiment builds none of its own.</summary>
    private protected virtual string Networks(Workbench bench) => NetworkWords.Of(bench.Base);
}
