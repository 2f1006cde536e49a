using System.Collections.Concurrent;

namespace Batchwise.Lab;

/// <summary>One run of the study's grid.</summary>
public sealed record StudyCell(string Variant, float Rate, double Deviation, ulong Seed, long Steps, double ValidationAccuracy, string? Diverged);

/// <summary>One fresh seed's comparison: both networks, and how many times fewer steps batch normalization needed.</summary>
public sealed record StudyPair(string Comparison, ulong Seed, VariantResult Plain, VariantResult BatchNorm)
{
    /// <summary>The ratio of steps to the plain network's last accuracy; null if batch normalization never reached it.</summary>
    public double? StepRatio => Plain.StepRatio(BatchNorm);
}

/// <summary>The study's outcome.</summary>
public sealed record StudyResult(
    IReadOnlyList<StudyCell> Cells, StudyCell BestPlain, StudyCell BestBatchNorm, IReadOnlyList<StudyPair> Pairs, IReadOnlyList<string> Notes);

/// <summary>
/// What the paper leaves open, studied instead of picked: a grid over rate and deviation for both networks, chosen on the
/// validation split with one seed; then fresh seeds, compared at the same rate and each at its own best.
/// </summary>
public sealed class Study
{
    /// <summary>Comparison at the plain network's best rate and deviation.</summary>
    public const string SameRate = "same rate";

    /// <summary>Comparison of each network at its own best rate and deviation.</summary>
    public const string OwnBest = "each at its own best";

    private const float RateFactor = 2;
    private const int MostWidenings = 4;
    private static readonly float[] FirstRates = [0.125f, 0.25f, 0.5f, 1, 2, 4];
    private static readonly double[] FirstDeviations = [0.03, 0.1, 0.3];
    private const double DeviationFactor = 3;

    private readonly Figure1Settings settings;
    private readonly Figure1Data data;
    private readonly int seeds;
    private readonly IProgress<LabProgress>? progress;
    private readonly RunStore? store;
    private readonly CancellationToken cancellationToken;
    private readonly List<string> notes = [];
    private int done;
    private int planned;

    /// <summary>Prepares a study.</summary>
    /// <param name="settings">Steps, batch and the seed of the grid; rate and deviation are what is studied.</param>
    /// <param name="data">The data.</param>
    /// <param name="seeds">Fresh seeds, at least 1.</param>
    /// <param name="progress">Is told after every run.</param>
    /// <param name="store">Where runs and their checkpoints are kept, so that a study that was interrupted goes on from them; null for nowhere.</param>
    /// <param name="cancellationToken">Ends the study.</param>
    public Study(Figure1Settings settings, Figure1Data data, int seeds, IProgress<LabProgress>? progress, RunStore? store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(seeds, 1);
        (this.settings, this.data, this.seeds, this.progress, this.store, this.cancellationToken) = (settings, data, seeds, progress, store, cancellationToken);
    }

    /// <summary>Runs it, independent runs side by side, each on one thread.</summary>
    /// <exception cref="OperationCanceledException">It was ended; the store, where there is one, keeps finished runs and checkpoints of the others.</exception>
    public StudyResult Run()
    {
        planned = 2 * FirstRates.Length * FirstDeviations.Length + 3 * seeds;
        var cells = Search("plain").Concat(Search("batch-norm")).ToList();
        var bestPlain = Best(cells, "plain");
        var bestBatchNorm = Best(cells, "batch-norm");

        var runs = new List<(string Key, ulong Seed, StudyCell Cell, bool BatchNorm)>();
        for (var i = 1; i <= seeds; i++)
        {
            var seed = settings.Seed + (ulong)i;
            runs.Add(("plain", seed, bestPlain, false));
            runs.Add((SameRate, seed, bestPlain, true));
            runs.Add((OwnBest, seed, bestBatchNorm, true));
        }
        var results = new ConcurrentDictionary<(string, ulong), VariantResult>();
        Parallel.ForEach(runs, Options(), run => results[(run.Key, run.Seed)] = One(run.Cell.Rate, run.Cell.Deviation, run.Seed, run.BatchNorm, follow: true));
        var pairs = from comparison in new[] { SameRate, OwnBest }
                    from i in Enumerable.Range(1, seeds)
                    let seed = settings.Seed + (ulong)i
                    select new StudyPair(comparison, seed, results[("plain", seed)], results[(comparison, seed)]);
        return new StudyResult(cells, bestPlain, bestBatchNorm, [.. pairs], notes);
    }

    private List<StudyCell> Search(string variant)
    {
        var rates = FirstRates.ToList();
        var deviations = FirstDeviations.ToList();
        var cells = new Dictionary<(float, double), StudyCell>();
        for (var widening = 0; ; widening++)
        {
            var missing = (from rate in rates from deviation in deviations where !cells.ContainsKey((rate, deviation)) select (rate, deviation)).ToArray();
            var found = new ConcurrentBag<StudyCell>();
            Parallel.ForEach(missing, Options(), place => found.Add(Cell(variant, place.rate, place.deviation)));
            foreach (var cell in found)
                cells[(cell.Rate, cell.Deviation)] = cell;
            var best = Best(cells.Values, variant);
            var widened = Widen(rates, best.Rate, RateFactor) | Widen(deviations, best.Deviation, DeviationFactor);
            if (!widened)
                break;
            if (widening == MostWidenings)
            {
                notes.Add($"The best cell of {variant} still lies at the grid's edge after {MostWidenings} widenings.");
                break;
            }
            planned += rates.Count * deviations.Count - cells.Count;
        }
        return [.. cells.Values.OrderBy(cell => cell.Rate).ThenBy(cell => cell.Deviation)];
    }

    private static bool Widen(List<float> values, float best, float factor)
    {
        if (best == values.Min())
            values.Add(best / factor);
        else if (best == values.Max())
            values.Add(best * factor);
        else
            return false;
        return true;
    }

    private static bool Widen(List<double> values, double best, double factor)
    {
        if (best == values.Min())
            values.Add(Math.Round(best / factor, 6));
        else if (best == values.Max())
            values.Add(Math.Round(best * factor, 6));
        else
            return false;
        return true;
    }

    /// <summary>The cell of the highest validation accuracy; of equal ones the smaller rate and deviation.</summary>
    private static StudyCell Best(IEnumerable<StudyCell> cells, string variant) => cells.Where(cell => cell.Variant == variant)
        .OrderByDescending(cell => cell.ValidationAccuracy).ThenBy(cell => cell.Rate).ThenBy(cell => cell.Deviation).First();

    private StudyCell Cell(string variant, float rate, double deviation)
    {
        var result = One(rate, deviation, settings.Seed, variant == "batch-norm", follow: false);
        return new(variant, rate, deviation, settings.Seed, result.Steps, result.ValidationAccuracy, result.Diverged);
    }

    private VariantResult One(float rate, double deviation, ulong seed, bool batchNormalized, bool follow)
    {
        var run = settings with { Rate = rate, Deviation = deviation, Seed = seed, Threads = 1, FollowRun = follow };
        var result = Figure1Run.Run(run, data, batchNormalized, null, store, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        progress?.Report(new("study", Interlocked.Increment(ref done), planned, result.ValidationAccuracy, double.NaN));
        return result;
    }

    private ParallelOptions Options() => new() { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
}
