using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>Whether batch normalization can take dropout's place, and whether its noise works as dropout's does.</summary>
sealed class DropoutQuestion : Experiment
{
    private static readonly ImmutableArray<float> Rates = [.. Enumerable.Range(-2, 6).Select(power => MathF.Pow(2, power))];

    // Of 50,000 images these leave 5,000 and 1,000.
    private static readonly ImmutableArray<int> Fractions = [1, 10, 50];

    public override string Name => "dropout";

    public override string Title => "Batch normalization in place of dropout";

    public override string Question => "Can batch normalization replace dropout, do they go together, and is its noise an ensemble as dropout's is?";

    public override string Literature =>
        "A training image is seen with others of its batch and no longer gives a deterministic value, so dropout can be removed or reduced (Ioffe and Szegedy 2015, arXiv 1502.03167, section 3.4). "
        + "Dropout trains many thinned networks that share weights, and inference approximates their average (Srivastava et al. 2014). Teye et al. 2018 (arXiv 1802.06455) average predictions over batches in the same way. "
        + "Li et al. 2018 (arXiv 1801.05134): dropout before batch normalization shifts the variance between training and inference, and the two together do worse than either.";

    public override long DefaultSteps => 10_000;

    public override long QuickSteps => 1_000;

    public override ExperimentResult Run(Workbench bench)
    {
        ArgumentNullException.ThrowIfNull(bench);
        var (arms, refused) = bench.Admit(DropoutArms.All);
        var steps = Steps(bench);
        var (counts, tooFew) = Counts(bench);
        var seeds = bench.Settings.FreshSeeds.Length;
        bench.Expect(Name, counts.Length * (arms.Sum(arm => Halving.ExpectedSteps(arm, Rates.Length, steps) + seeds * steps) + seeds * steps * (arms.Length - 1 + DropoutSize.Averaged.Length)));
        var searches = ImmutableArray.CreateBuilder<(int Images, SearchOutcome Outcome)>();
        var sizes = ImmutableArray.CreateBuilder<DropoutSize>();
        foreach (var count in counts)
        {
            RunRequest Change(RunRequest request) => count == bench.Data.Train.Count ? request : request with { Data = bench.Data.WithTraining(count) };
            var found = Halving.Search(bench, arms, Rates, steps, Change);
            searches.AddRange(found.Select(search => (count, search)));
            sizes.Add(Measure(bench, found, count, counts.Length, steps, Change));
        }
        var all = sizes.ToImmutable();
        var frame = Frame(bench,
            $"Training sets: {Words.List([.. counts.Select(count => Words.Count(count))])} images, the first of the full set, with as many steps each and all searched anew; validation and test set stay. "
            + $"Rates from {Words.Rate(Rates[0])} to {Words.Rate(Rates[^1])}; dropout's p is searched with the rate. Averages of passes are looked at on the validation set, never on the test set.");
        var (answer, here) = bench.Settings.Quick ? (null, null) : Answer(all);
        return frame with
        {
            Answer = answer,
            Here = here,
            Tables = [.. all.Select((size, i) => size.Comparison.Table(i == 0 ? "best" : $"best{size.Suffix}", $"{Words.Count(size.Images)} training images")),
                DropoutTables.Averages(all, bench), DropoutTables.Shift(all)],
            Figures = [DropoutTables.Sizes(all, bench), .. all.SelectMany(size => DropoutTables.Figures(size, bench))],
            Refused = [.. refused, .. tooFew],
            Notes = [.. frame.Notes, .. EdgeNotes(searches),
                "Averages and shifts are measured on networks trained once more with the settings and seeds of the comparison, to the same weights; the values are kept beside the runs."],
        };
    }

    private static DropoutSize Measure(Workbench bench, ImmutableArray<SearchOutcome> found, int count, int sizes, long steps, Func<RunRequest, RunRequest> change)
    {
        var outcomes = Comparison.Run(bench, found.Select(search => (search.Arm, search.Best)), steps, change);
        // Against dropout and against plain, with every number of images.
        var pairs = new[] { Arms.Dropout, Arms.Plain }.Count(arm => outcomes.Any(outcome => outcome.Arm == arm)) switch { 2 => 2 * outcomes.Length - 3, 1 => outcomes.Length - 1, _ => 0 };
        var comparison = new Comparison(bench, outcomes, steps, [Arms.Dropout.Name, Arms.Plain.Name], pairs * (sizes - 1) + DropoutSize.OwnComparisons * sizes);
        ImmutableArray<(Arm, ImmutableArray<ImmutableArray<double>>)> All(IEnumerable<Arm> arms, string name, Func<NetworkState, RunRequest, ImmutableArray<double>> measure) =>
            [.. from arm in arms
                let outcome = comparison.Of(arm.Name)
                where outcome is not null
                select (arm, bench.MeasureAll(bench.Settings.FreshSeeds.Select(seed => change(bench.Request(arm, outcome.Setting, seed, steps, scoreTest: true))), name, measure))];
        return new(count, comparison,
            All(DropoutArms.All.Where(arm => arm != Arms.Plain), "variance-shift", (state, request) => VarianceShift.Measure(state, request.Data.Train, request.Batch)),
            All(DropoutSize.Averaged, "averaged-passes", (state, request) => AveragedPredictions.Measure(state, request.Data.Validation, request.Batch, masks: request.Arm == Arms.Dropout)));
    }

    private static (ImmutableArray<int> Counts, IEnumerable<RefusedCell> TooFew) Counts(Workbench bench)
    {
        var (all, batch) = (bench.Data.Train.Count, bench.Settings.Batch);
        int[] wanted = [.. (bench.Settings.Quick ? [Fractions[0], Fractions[^1]] : Fractions).Select(fraction => all / fraction)];
        return ([.. wanted.Where(count => count >= batch)],
            wanted.Where(count => count < batch).Select(count => new RefusedCell($"{Words.Count(count)} training images", $"They do not fill a batch of {batch}.")));
    }

    private static IEnumerable<string> EdgeNotes(IEnumerable<(int Images, SearchOutcome Outcome)> searches) =>
        from search in searches
        from note in EdgeNotes([search.Outcome])
        select $"With {Words.Count(search.Images)} training images: {note}";

    private static (string Answer, string Here) Answer(ImmutableArray<DropoutSize> sizes)
    {
        if (sizes.IsEmpty || sizes[0].Comparison.Difference(Arms.BatchNorm.Name, Arms.Dropout.Name) is null)
            return ("Undecided: dropout and batch-norm were not both run.", "Not comparable with the literature.");
        string Against(string arm) => string.Join("; ", sizes.Select(size =>
        {
            var difference = size.Comparison.Difference(arm, Arms.Dropout.Name)!;
            return $"{Words.Count(size.Images)} images {difference.Text()} ({Words.Of(difference.Verdict)})";
        }));
        var answer = $"Test accuracy less dropout's, each at its best setting: batch norm alone {Against(Arms.BatchNorm.Name)}; batch norm with dropout behind the activation {Against(DropoutArms.NormalizedFirst.Name)}; "
            + $"dropout before batch norm {Against(DropoutArms.DroppedFirst.Name)}.";
        Verdict[] verdicts = [.. sizes.Select(size => size.Comparison.Difference(Arms.BatchNorm.Name, Arms.Dropout.Name)!.Verdict)];
        var replaced = (verdicts.Contains(Verdict.Better), verdicts.Contains(Verdict.Worse)) switch
        {
            (true, false) => "Agrees with the paper: batch normalization is nowhere shown to be worse than dropout, and somewhere better.",
            (false, true) => "Contradicts the paper: batch normalization is somewhere worse than dropout and nowhere better.",
            (true, true) => "Depends on the training set: batch normalization is better than dropout with some numbers of images and worse with others.",
            _ => "Undecided: with no number of images do batch normalization and dropout differ by more than the interval, which is no proof that they are equal.",
        };
        return (answer, $"{replaced} {Ensembles(sizes)}");
    }

    private static string Ensembles(ImmutableArray<DropoutSize> sizes) => string.Join(" ",
        from arm in DropoutSize.Averaged
        let gains = sizes.Select(size => (size.Images, Gain: size.Averages.Where(average => average.Arm == arm).Select(average => size.Gain(average.Seeds, likelihood: true)).FirstOrDefault()))
            .Where(pair => pair.Gain is not null).Select(pair => $"{Words.Count(pair.Images)} images {pair.Gain!.Text()} ({Words.Of(pair.Gain.Verdict)})").ToArray()
        where gains.Length > 0
        select $"Averaging {AveragedPredictions.Passes[^1]} passes of {arm.Name} lowers the negative log likelihood of inference by: {string.Join("; ", gains)}.");
}
