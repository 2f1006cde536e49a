using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>How normalizations bear small and large batches.</summary>
sealed class BatchSizes(Subject subject) : Experiment
{
    private const string Asked = "batch-size";
    private const int MostStepsTimes = 10;
    private const int LeastPopulationImages = 12_000;
    private static readonly ImmutableArray<int> Batches = [2, 4, 8, 16, 32, 64, 128, 256, 512];
    private static readonly ImmutableArray<int> QuickBatches = [2, 8, 32, 64, 256];

    public override string Name => subject.Name(Asked);

    public override string Title => subject.Title("Batch sizes");

    public override string Question => subject.Question("How large must a batch be for batch normalization, and what bears smaller ones?");

    public override string Literature => subject.Literature(
        "Batch normalization's error grows fast as batches shrink, group normalization's stays (Wu and He 2018, arXiv 1803.08494: on ImageNet from 32 images to 2 per worker). "
        + "Batch renormalization makes training depend less on the batch (Ioffe 2017, arXiv 1702.03275); ghost batches give large batches the noise of small ones (Hoffer et al. 2017, arXiv 1705.08741). "
        + "With small batches moving averages are poor statistics for inference, and a population pass is better (Wu and Johnson 2021, arXiv 2105.07576).");

    public override long DefaultSteps => subject.OnMaps ? 1_000 : 5_000;

    public override long QuickSteps => subject.OnMaps ? 250 : 400;

    public override Network CreateNetwork(Shape input, int classes) => subject.CreateNetwork(input, classes);

    public override ExperimentResult Run(Workbench bench)
    {
        ArgumentNullException.ThrowIfNull(bench);
        if (subject.Refusal(bench.Base, Asked) is { } reason)
            return NotRun(bench, reason);
        var steps = Steps(bench);
        var images = steps * bench.Settings.Batch;
        var seeds = bench.Settings.FreshSeeds.Length;
        var planned = (bench.Settings.Quick ? QuickBatches : Batches).Select(batch => new Planned(subject, bench, batch, Math.Clamp(images / batch, 1, MostStepsTimes * steps))).ToArray();
        var run = planned.Where(size => !size.Arms.IsEmpty).ToArray();
        bench.Expect(Name, run.Sum(size => size.Arms.Sum(arm => Halving.ExpectedSteps(arm, Rates(size.Batch).Length, size.Steps) + seeds * size.Steps)));
        var notes = new List<string>();
        var sizes = ImmutableArray.CreateBuilder<BatchSizeCell>();
        foreach (var size in run)
        {
            RunRequest Change(RunRequest request) => request with { Batch = size.Batch, PopulationBatches = Math.Max(SingleRun.PopulationBatches, LeastPopulationImages / size.Batch) };
            var found = Halving.Search(bench, size.Arms, Rates(size.Batch), size.Steps, Change);
            sizes.Add(new(size.Batch, size.Steps, Comparison.Run(bench, found.Select(search => (search.Arm, search.Best)), size.Steps, Change)));
            notes.AddRange(EdgeNotes(found).Select(note => $"Batch {size.Batch}: {note}"));
        }
        var cells = new BatchSizeCells(sizes.ToImmutable());
        int[] capped = [.. run.Where(size => size.Steps < images / size.Batch).Select(size => size.Batch)];
        var frame = Frame(bench,
            $"The batch is varied: {Words.List([.. run.Select(size => Words.Count(size.Batch))])}. Steps are those of a batch of {bench.Settings.Batch}; every other size sees as many images, {Words.Count(images)}, in more or fewer steps"
            + (capped.Length == 0 ? ". " : $", but in at most {Words.Count(MostStepsTimes * steps)}, so that batches of {Words.List([.. capped.Select(batch => Words.Count(batch))])} see fewer images. ")
            + $"Rates are searched for every cell, five a factor of 2 apart around sqrt(batch / {BatchSizeCells.Reference}). A population pass takes {Words.Count(LeastPopulationImages)} images where {SingleRun.PopulationBatches} batches have fewer, or all there are. "
            + $"Batch renorm's warm-up of 5,000, 25,000 and 40,000 steps is scaled to a run's full budget as if that were 50,000, for shorter runs of a search too. "
            + (subject.OnMaps ? OnMaps(bench.Base, planned[0].Batch) : ""));
        var (answer, here) = bench.Settings.Quick ? (null, null) : Answer(cells);
        return frame with
        {
            Answer = answer,
            Here = here,
            Tables = [BatchSizeTables.Best(cells, bench), BatchSizeTables.Statistics(cells, bench)],
            Figures = [.. BatchSizeTables.Figures(cells, bench)],
            Refused = [.. Impossible(bench), .. planned.SelectMany(size => size.Refused)],
            Notes = [.. frame.Notes, .. notes],
        };
    }

    private static string OnMaps(Network network, int batch)
    {
        var shapes = NormalizedValues.Shapes(network).Distinct().ToArray();
        return $"What is normalized has shape {Words.List([.. shapes.Select(shape => shape.ToString())])}: a batch of {batch} gives a channel {Words.List([.. shapes.Select(shape => Words.Count(batch * NormalizedValues.Places(shape)))])} values, on vectors {batch}. "
            + "Per activation the batch alone counts, as on vectors. " + MapArms.GroupNote;
    }

    // Larger batches bear larger rates, about with the root of their size; widening corrects what that misses.
    private static ImmutableArray<float> Rates(int batch)
    {
        var middle = (int)Math.Round(Math.Log2((double)batch / BatchSizeCells.Reference) / 2, MidpointRounding.AwayFromZero);
        return [.. Enumerable.Range(middle - 2, 5).Select(power => MathF.Pow(2, power))];
    }

    // Said even though no such batch is on the list: the list begins at 2 because of it.
    private IEnumerable<RefusedCell> Impossible(Workbench bench) =>
        from arm in BatchSizeArms.All(subject, 1)
        let reason = arm.Refuses?.Invoke(bench.Base, 1)
        where reason is not null
        select new RefusedCell($"{arm.Name}, batch 1", reason);

    private static (string Answer, string Here) Answer(BatchSizeCells cells)
    {
        var norms = cells.Sizes.Select(size => (Size: size, Outcome: BatchSizeCells.Of(size, Arms.BatchNorm.Name)))
            .Where(pair => pair.Outcome is not null && pair.Size.Batch != BatchSizeCells.Reference)
            .Select(pair => (pair.Size.Batch, Difference: cells.AgainstReference(pair.Size, pair.Outcome!)))
            .Where(pair => pair.Difference is not null).ToArray();
        if (norms.Length == 0)
            return ($"Undecided: batch-norm was not run at {BatchSizeCells.Reference} and at another size.", "Not comparable with the literature.");
        string Group(Verdict verdict) => Words.List([.. norms.Where(pair => pair.Difference!.Verdict == verdict).Select(pair => $"{Words.Count(pair.Batch)} ({pair.Difference!.Text()})")]);
        var smallest = cells.Sizes[0];
        var rivals = smallest.Outcomes.Where(outcome => outcome.Arm.Name != Arms.BatchNorm.Name)
            .Select(outcome => (outcome.Arm.Name, Difference: cells.AgainstSame(smallest, outcome))).Where(pair => pair.Difference is not null).ToArray();
        string Rivals(Verdict verdict) => Words.List([.. rivals.Where(pair => pair.Difference!.Verdict == verdict).Select(pair => $"{pair.Name} ({pair.Difference!.Text()})")]);
        var answer = $"Batch normalization's test accuracy against its own at {BatchSizeCells.Reference}: worse with batches of {Group(Verdict.Worse)}; better with {Group(Verdict.Better)}; undecided with {Group(Verdict.Undecided)}. "
            + $"With batches of {smallest.Batch} better than batch normalization: {Rivals(Verdict.Better)}; worse: {Rivals(Verdict.Worse)}; undecided: {Rivals(Verdict.Undecided)}.";
        return (answer, Here(cells, norms[0], rivals));
    }

    private static string Here(BatchSizeCells cells, (int Batch, PairedDifference? Difference) first, (string Name, PairedDifference? Difference)[] rivals)
    {
        var small = first.Difference!.Verdict switch
        {
            Verdict.Worse => $"Agrees with Wu and He in that batches of {first.Batch} cost batch normalization accuracy",
            Verdict.Better => $"Contradicts Wu and He: batches of {first.Batch} are better for batch normalization",
            _ => $"Undecided whether batches of {first.Batch} cost batch normalization accuracy",
        };
        var group = rivals.FirstOrDefault(pair => pair.Name == Lab.Arms.GroupNorm.Name).Difference?.Verdict switch
        {
            Verdict.Better => "group normalization is better there.",
            Verdict.Worse => "group normalization is worse there.",
            null => "group normalization was not run there.",
            _ => "whether group normalization is better there is undecided.",
        };
        string[] gains = [.. from size in cells.Sizes
                             let outcome = BatchSizeCells.Of(size, Arms.BatchNorm.Name)
                             where outcome is not null && cells.PopulationGain(outcome)!.Verdict == Verdict.Better
                             select Words.Count(size.Batch)];
        return $"{small}; {group} A population pass is better than moving averages for batch normalization with batches of: {Words.List(gains)}.";
    }

    /// <summary>A size before it is run: which methods, and which not.</summary>
    private sealed record Planned
    {
        public Planned(Subject subject, Workbench bench, int batch, long steps)
        {
            (Batch, Steps) = (batch, steps);
            if (bench.Data.Train.Count < batch)
            {
                Refused = [new($"batch {batch}", $"{Words.Count(bench.Data.Train.Count)} training images do not fill it.")];
                return;
            }
            var judged = BatchSizeArms.All(subject, steps).Select(arm => (Arm: arm, Reason: arm.Refusal(bench.Base, batch))).ToArray();
            Arms = [.. judged.Where(pair => pair.Reason is null).Select(pair => pair.Arm)];
            Refused = [.. judged.Where(pair => pair.Reason is not null).Select(pair => new RefusedCell($"{pair.Arm.Name}, batch {batch}", pair.Reason!))];
        }

        public int Batch { get; }

        public long Steps { get; }

        public ImmutableArray<Arm> Arms { get; } = [];

        public ImmutableArray<RefusedCell> Refused { get; }
    }
}
