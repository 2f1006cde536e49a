using System.Collections.Immutable;
using System.Diagnostics;

namespace Batchwise.Lab;

/// <summary>What the replica of Figures 2 and 3 found.</summary>
/// <param name="Search">The search for Inception's rate.</param>
/// <param name="Runs">The runs of every recipe, seed by seed.</param>
/// <param name="Ensembles">The ensembles, one per seed; none where none was asked for.</param>
public sealed record Figure2Result(RateSearchResult Search, ImmutableArray<RecipeRun> Runs, ImmutableArray<EnsembleResult> Ensembles);

/// <summary>
/// The replica of Figures 2 and 3: Inception's rate is searched, then every recipe runs for the same number of steps at that rate times
/// its factor; where an ensemble is asked for (Figure 4), so do its networks, which are then averaged. Finished runs are kept in the folder, and a study that was interrupted goes on from them.
/// </summary>
public sealed class Figure2Study
{
    private readonly Figure2Settings settings;
    private readonly Figure2Data data;
    private readonly RecipeRunner runner;
    private readonly IProgress<LabProgress>? progress;
    private long planned;
    private readonly Stopwatch clock = new();
    private long done;
    private long taken;

    /// <summary>Prepares a study.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="data">The images.</param>
    /// <param name="folder">Where runs are kept.</param>
    /// <param name="progress">Is told where every run begins, about a hundred times on its way from look to look, and at every look: about the run and about all of them.</param>
    /// <param name="cancellationToken">Ends the study.</param>
    /// <exception cref="ArgumentException">A setting lies outside its range.</exception>
    public Figure2Study(Figure2Settings settings, Figure2Data data, string folder, IProgress<LabProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(data);
        settings.Verify();
        (this.settings, this.data, this.progress) = (settings, data, progress);
        runner = new RecipeRunner(settings, data, folder, cancellationToken);
        planned = RateSearch.ExpectedSteps(settings) + settings.StepsInAll;
    }

    /// <summary>
    /// Which kept files were not trusted, so that their runs were made again, and which runs and checkpoints could not be
    /// written: a sentence each.
    /// </summary>
    public IReadOnlyList<string> Remarks => runner.Remarks;

    /// <summary>Runs it.</summary>
    /// <exception cref="OperationCanceledException">It was ended; what is finished is kept, and the checkpoint of the run at hand.</exception>
    /// <exception cref="InvalidDataException">A file that keeps the predictions of an ensemble's network is missing or damaged.</exception>
    public Figure2Result Run()
    {
        clock.Start();
        var search = RateSearch.Run(settings, (rate, steps) => Run(Recipes.Inception, rate, settings.Seed, steps, [], FormattableString.Invariant($"rate {rate}"), member: false));
        // What the search took beyond its plan comes on top.
        planned = done + settings.StepsInAll;
        var (runs, ensembles) = (ImmutableArray.CreateBuilder<RecipeRun>(), ImmutableArray.CreateBuilder<EnsembleResult>());
        long[] looks = [.. settings.Looks()];
        for (var i = 0; i < settings.Seeds; i++)
        {
            var seed = settings.Seed + (ulong)i;
            RecipeRun RunWhole(Recipe recipe, bool member) =>
                Run(recipe, search.Rate, seed, settings.Steps, looks, settings.Seeds == 1 ? recipe.Name : FormattableString.Invariant($"{recipe.Name} ({seed})"), member);
            runs.AddRange(settings.Recipes.Select(recipe => RunWhole(recipe, member: false)));
            if (!settings.Ensemble.IsEmpty)
                ensembles.Add(EnsembleResult.Of(seed, [.. settings.Ensemble.Select(recipe => RunWhole(recipe, member: true))],
                    runner.Predictions, data));
        }
        return new(search, runs.ToImmutable(), ensembles.ToImmutable());
    }

    private RecipeRun Run(Recipe recipe, float rate, ulong seed, long steps, long[] looks, string name, bool member)
    {
        // It is told first where the run begins, or where one that was interrupted goes on.
        var (start, before, began) = (-1L, 0L, clock.Elapsed);
        var run = runner.Run(recipe, rate, seed, steps, looks, member, (step, accuracy) =>
        {
            if (start < 0)
                (start, before) = (step, step);
            taken += step - before;
            before = step;
            progress?.Report(new(name, step, steps, accuracy, Speed(step - start, clock.Elapsed - began)));
            progress?.Report(new("in all", Math.Min(planned, done + step), planned, double.NaN, Speed(taken, clock.Elapsed)));
        });
        // A run that diverged leaves the rest of its steps undone.
        done += steps;
        return run;
    }

    private static double Speed(long steps, TimeSpan time) => steps > 0 ? steps / Math.Max(1e-9, time.TotalSeconds) : double.NaN;
}
