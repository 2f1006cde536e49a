using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>Whether batch normalization reduces internal covariate shift, and whether that is why it trains better.</summary>
sealed class CovariateShift : Experiment
{
    private static readonly ImmutableArray<float> Rates = [.. Enumerable.Range(-2, 6).Select(power => MathF.Pow(2, power))];

    public override string Name => "covariate-shift";

    public override string Title => "Internal covariate shift";

    public override string Question => "Does batch normalization reduce internal covariate shift, is that why it trains better, does it smooth the landscape, and does it bring the Jacobians' singular values close to 1?";

    public override string Literature =>
        "The paper holds that batch normalization works by reducing internal covariate shift (sections 1 and 2), and conjectures that it brings the singular values of layer Jacobians close to 1 (section 3.3; Ioffe and Szegedy 2015, arXiv 1502.03167). "
        + "Santurkar et al. 2018 (arXiv 1805.11604) find that noise behind each normalization raises the shift and training stays as good, that the shift of gradients is not smaller with normalization, and that the loss and its gradients become smoother.";

    public override long DefaultSteps => 5_000;

    public override long QuickSteps => 1_000;

    public override ExperimentResult Run(Workbench bench)
    {
        ArgumentNullException.ThrowIfNull(bench);
        if (HiddenLayer.Refusal(bench.Base) is { } reason)
            return NotRun(bench, reason);
        ImmutableArray<Arm> arms = [Arms.Plain, Arms.BatchNorm, Arms.Noisy];
        var steps = Steps(bench);
        bench.Expect(Name, arms.Sum(arm => Halving.ExpectedSteps(arm, Rates.Length, steps)) + 5 * bench.Settings.FreshSeeds.Length * steps);
        var searches = Halving.Search(bench, arms, Rates, steps);
        var results = Measure(bench, [.. searches.Select(search => search.Best.Rate)], arms, steps);
        var frame = Frame(bench,
            $"Three networks: plain, batch norm, and batch norm with noise behind each normalization whose distribution changes at every step (the constants of Santurkar et al.); each with its own best rate, searched from {Words.Rate(Rates[0])} to {Words.Rate(Rates[^1])}, and with plain's. "
            + $"{ShiftMeasurement.Looks} looks a run, on held-out images. Activations: {ShiftMeasurement.Observed} images in one batch as training sees them, with its statistics and a step's noise; drift is the mean over units of the median's absolute change between looks, in the unit's deviations. "
            + $"Gradients, of {ShiftMeasurement.Batches} batches: G of a layer's weights, and G' after all earlier layers have taken their step with that batch's gradients, under the same noise. "
            + "Landscape: losses and gradients at 1/2 to 4 times the rate along the gradient. "
            + $"Jacobians: from each activation to the next, in inference, at {ShiftMeasurement.Points} images; singular values below a ten-millionth of the largest count as that.");
        var (answer, here) = bench.Settings.Quick ? (null, null) : ShiftAnswer.Of(results);
        return frame with
        {
            Answer = answer,
            Here = here,
            Tables = [results.Accuracies(), results.Measures()],
            Figures = [.. ShiftFigures.Of(results, bench)],
            Notes = [.. frame.Notes, .. EdgeNotes(searches)],
        };
    }

    private static ShiftResults Measure(Workbench bench, ImmutableArray<float> own, ImmutableArray<Arm> arms, long steps)
    {
        var cells = arms.Select((arm, i) => (Arm: arm, Rate: own[i])).Concat(arms.Select(arm => (Arm: arm, Rate: own[0]))).ToArray();
        var seeds = bench.Settings.FreshSeeds;
        var runs = bench.RunAll(from cell in cells
                                from seed in seeds
                                select ShiftMeasurement.Job(bench.Request(cell.Arm, new ArmSetting(cell.Rate), seed, steps, scoreTest: true)), ResultJson.Readable.ShiftRun);
        var all = cells.Select((cell, i) => new ShiftCell(cell.Arm, cell.Rate, runs.Slice(i * seeds.Length, seeds.Length))).ToArray();
        return new(new("own rates", all[0], all[1], all[2]), new("plain's rate", all[3], all[4], all[5]), Intervals: !bench.Settings.Quick);
    }
}
