using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>A run of the search for Inception's rate.</summary>
/// <param name="Rate">The rate.</param>
/// <param name="Steps">The steps that it was given.</param>
/// <param name="Validation">Validation accuracy at its end, with population statistics; null if it diverged.</param>
public sealed record RateTrial(float Rate, long Steps, double? Validation);

/// <summary>What the search for Inception's rate found.</summary>
/// <param name="Rate">The rate.</param>
/// <param name="Trials">All runs in order.</param>
/// <param name="AtEdge">Whether the rate lies at the edge of those tried.</param>
public sealed record RateSearchResult(float Rate, ImmutableArray<RateTrial> Trials, bool AtEdge)
{
    /// <summary>The steps of all runs, which the recipes' budgets do not count.</summary>
    public long Steps => Trials.Sum(trial => trial.Steps);
}

/// <summary>
/// Searches Inception's rate on the held-out images by halving: all rates with a quarter of the steps, and the next beyond while the best
/// lies at the edge; the better two with half the steps. Every run decays its rate over its own length.
/// </summary>
static class RateSearch
{
    private const int MostWidenings = 4;
    private const float Factor = 2;

    /// <summary>The steps that a search takes, widenings not counted.</summary>
    public static long ExpectedSteps(Figure2Settings settings) => settings.FirstRates.Length * Share(settings, 4) + 2 * Share(settings, 2);

    /// <summary>Searches.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="run">Runs Inception at a rate for some steps.</param>
    public static RateSearchResult Run(Figure2Settings settings, Func<float, long, RecipeRun> run)
    {
        var trials = ImmutableArray.CreateBuilder<RateTrial>();
        void Try(float rate, long steps) => trials.Add(new(rate, steps, run(rate, steps).Validation));
        // Of equal ones the smaller rate; what diverged comes last.
        RateTrial[] Ranked(long steps) => [.. trials.Where(trial => trial.Steps == steps).OrderByDescending(trial => trial.Validation ?? -1).ThenBy(trial => trial.Rate)];

        var quarter = Share(settings, 4);
        foreach (var rate in settings.FirstRates)
            Try(rate, quarter);
        for (var widening = 0; widening < MostWidenings && Beyond(Ranked(quarter)) is { } next; widening++)
            Try(next, quarter);
        var first = Ranked(quarter);
        var half = Share(settings, 2);
        // A budget of a step or two has no halves.
        if (half > quarter)
        {
            foreach (var trial in first.Take(2))
                Try(trial.Rate, half);
        }
        return new(Ranked(half)[0].Rate, trials.ToImmutable(), Beyond(first) is not null);
    }

    private static float? Beyond(RateTrial[] ranked)
    {
        var best = ranked[0].Rate;
        return best == ranked.Max(trial => trial.Rate) ? best * Factor : best == ranked.Min(trial => trial.Rate) ? best / Factor : null;
    }

    private static long Share(Figure2Settings settings, int of) => Math.Max(1, settings.Steps / of);
}
