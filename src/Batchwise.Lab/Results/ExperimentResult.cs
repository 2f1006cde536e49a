using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>What an experiment found: all that a report shows of it. Written as <c>NAME.json</c> and read back as it was.</summary>
public sealed record ExperimentResult
{
    /// <summary>The experiment's name on the command line: <c>learning-rates</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its heading: "Learning rates".</summary>
    public required string Title { get; init; }

    /// <summary>What it asks, in one sentence.</summary>
    public required string Question { get; init; }

    /// <summary>The answer in one sentence with its uncertainty, made from the numbers; null for a quick run, which answers nothing.</summary>
    public string? Answer { get; init; }

    /// <summary>What the literature says, with its source.</summary>
    public required string Literature { get; init; }

    /// <summary>How what was found here stands to that; null for a quick run.</summary>
    public string? Here { get; init; }

    /// <summary>The data.</summary>
    public required DatasetResult Dataset { get; init; }

    /// <summary>How it was measured, in sentences: network, budgets, search, seeds, comparisons.</summary>
    public required string Protocol { get; init; }

    /// <summary>The command line that repeats it.</summary>
    public required string Command { get; init; }

    /// <summary>The seeds of the comparison, not the one of the search.</summary>
    public required ImmutableArray<ulong> Seeds { get; init; }

    /// <summary>What it ran on.</summary>
    public required MachineResult Machine { get; init; }

    /// <summary>The version of Batchwise.</summary>
    public required string Version { get; init; }

    /// <summary>Whether it was a quick look: one seed, a smaller budget, no interval and no conclusion.</summary>
    public bool Quick { get; init; }

    /// <summary>The time of all its runs, summed over the threads that ran them, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>The figures in the order in which they are shown.</summary>
    public ImmutableArray<FigureResult> Figures { get; init; } = [];

    /// <summary>The tables in the order in which they are shown.</summary>
    public ImmutableArray<TableResult> Tables { get; init; } = [];

    /// <summary>What was not run because it makes no sense, and why.</summary>
    public ImmutableArray<RefusedCell> Refused { get; init; } = [];

    /// <summary>What a reader must know to judge the numbers, a sentence each.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <summary>The data of an experiment.</summary>
/// <param name="Name">Its name: <c>MNIST</c>.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="Train">Examples that are trained on.</param>
/// <param name="Validation">Examples held out of the training set, by which every choice is made.</param>
/// <param name="Test">Test examples, scored once per run.</param>
/// <param name="Generated">Whether it was generated and is no benchmark.</param>
public sealed record DatasetResult(string Name, string Source, int Train, int Validation, int Test, bool Generated);

/// <summary>What an experiment ran on.</summary>
/// <param name="Cpu">The processor's name.</param>
/// <param name="Isa">The kernels in use.</param>
/// <param name="Threads">Runs side by side, each on one thread.</param>
/// <param name="Runtime">The .NET runtime.</param>
public sealed record MachineResult(string Cpu, string Isa, int Threads, string Runtime);

/// <summary>A figure.</summary>
/// <param name="Name">Its file is <c>EXPERIMENT-NAME.svg</c>.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Caption">What it shows, in sentences.</param>
/// <param name="Svg">The drawing: a whole SVG document.</param>
public sealed record FigureResult(string Name, string Title, string Caption, string Svg);

/// <summary>A table of texts.</summary>
/// <param name="Name">Its file is <c>EXPERIMENT-NAME.csv</c>.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Rows">Its rows, each with a text per column.</param>
/// <param name="Note">What a reader must know of it; null if nothing.</param>
public sealed record TableResult(string Name, string Title, ImmutableArray<TableColumn> Columns, ImmutableArray<ImmutableArray<string>> Rows, string? Note = null);

/// <summary>A table's column.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Numeric">Whether it holds numbers, which are set flush right.</param>
public sealed record TableColumn(string Title, bool Numeric);

/// <summary>A cell that was not run.</summary>
/// <param name="Cell">Which: an arm, a setting.</param>
/// <param name="Reason">Why it makes no sense, in one sentence.</param>
public sealed record RefusedCell(string Cell, string Reason);
