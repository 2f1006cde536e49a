using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>What a search chose for an arm.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Best">Its best setting by validation accuracy.</param>
/// <param name="Validation">That accuracy, with the whole budget.</param>
/// <param name="AtEdge">Whether the best still lay at the edge of what was tried when the search ended.</param>
/// <param name="Tried">How many settings were tried.</param>
public sealed record SearchOutcome(Arm Arm, ArmSetting Best, double Validation, bool AtEdge, int Tried);

/// <summary>
/// Successive halving on one seed and the validation split: all settings with a quarter of the steps, the better half of
/// them with half the steps, the better half of those with all. Where the best lies at the edge of what was tried, the next
/// value beyond is run as well, with all steps, until it is no better.
/// </summary>
public static class Halving
{
    private const int MostWidenings = 4;
    private const float RateFactor = 2;
    private static readonly ImmutableArray<int> Shares = [4, 2, 1];

    /// <summary>The steps that a search of one arm takes, widenings not counted.</summary>
    public static long ExpectedSteps(Arm arm, int rates, long steps)
    {
        ArgumentNullException.ThrowIfNull(arm);
        var (left, sum) = (rates * Math.Max(1, arm.Choice?.Values.Length ?? 1), 0L);
        foreach (var share in Shares)
        {
            sum += left * Math.Max(1, steps / share);
            left = (left + 1) / 2;
        }
        return sum;
    }

    /// <summary>Searches every arm's best setting; the runs of all arms go side by side.</summary>
    /// <param name="bench">Where they run.</param>
    /// <param name="arms">The arms.</param>
    /// <param name="rates">The first rates, in ascending order, a factor of 2 apart or more.</param>
    /// <param name="steps">The whole budget of a run.</param>
    /// <param name="change">Gives every request other data, another network or batch; null for the bench's.</param>
    public static ImmutableArray<SearchOutcome> Search(
        Workbench bench, ImmutableArray<Arm> arms, ImmutableArray<float> rates, long steps, Func<RunRequest, RunRequest>? change = null)
    {
        ArgumentNullException.ThrowIfNull(bench);
        var searches = arms.Select(arm => new ArmSearch(arm, rates)).ToArray();
        foreach (var share in Shares)
        {
            foreach (var search in searches)
                search.Left = share == Shares[0] ? search.Left : search.BetterHalf();
            Run(bench, searches, Math.Max(1, steps / share), change);
        }
        for (var widening = 0; widening < MostWidenings; widening++)
        {
            foreach (var search in searches)
                search.Left = search.Beyond();
            if (searches.All(search => search.Left.Length == 0))
                break;
            Run(bench, searches, steps, change);
        }
        return [.. searches.Select(search => search.Outcome())];
    }

    private static void Run(Workbench bench, ArmSearch[] searches, long steps, Func<RunRequest, RunRequest>? change)
    {
        var places = searches.SelectMany(search => search.Left.Select(setting => (Search: search, Setting: setting))).ToArray();
        var requests = places.Select(place => bench.Request(place.Search.Arm, place.Setting, LabSettings.SearchSeed, steps, scoreTest: false));
        var results = bench.RunAll(change is null ? requests : requests.Select(change));
        foreach (var search in searches)
            search.Latest = [];
        for (var i = 0; i < places.Length; i++)
            places[i].Search.Take(places[i].Setting, results[i].Validation);
        foreach (var search in searches.Where(search => search.Latest.Count > 0))
            search.Keep();
    }

    private sealed class ArmSearch(Arm arm, ImmutableArray<float> rates)
    {
        private readonly HashSet<ArmSetting> tried = [];
        private (ArmSetting Setting, double Validation) best;
        private bool widening;

        public Arm Arm => arm;

        public ImmutableArray<ArmSetting> Left { get; set; } = [.. from rate in rates from value in Values(arm) select new ArmSetting(rate, value)];

        public List<(ArmSetting Setting, double Validation)> Latest { get; set; } = [];

        public void Take(ArmSetting setting, double validation)
        {
            tried.Add(setting);
            Latest.Add((setting, validation));
        }

        /// <summary>Keeps the best: of one budget's runs while halving, of all with the whole budget while widening.</summary>
        public void Keep()
        {
            var top = Ranked().First();
            if (!widening || top.Validation > best.Validation)
                best = top;
        }

        public ImmutableArray<ArmSetting> BetterHalf() => [.. Ranked().Take((Latest.Count + 1) / 2).Select(pair => pair.Setting)];

        /// <summary>What lies beyond the best, if that is at an edge.</summary>
        public ImmutableArray<ArmSetting> Beyond()
        {
            widening = true;
            return [.. Neighbours().Where(setting => !tried.Contains(setting))];
        }

        public SearchOutcome Outcome() => new(arm, best.Setting, best.Validation, Neighbours().Any(setting => !tried.Contains(setting)), tried.Count);

        private IEnumerable<ArmSetting> Neighbours()
        {
            var setting = best.Setting;
            if (setting.Rate == tried.Max(other => other.Rate))
                yield return setting with { Rate = setting.Rate * RateFactor };
            if (setting.Rate == tried.Min(other => other.Rate))
                yield return setting with { Rate = setting.Rate / RateFactor };
            if (arm.Choice is { } choice && setting.Choice is { } value)
            {
                if (value == tried.Max(other => other.Choice))
                    yield return setting with { Choice = choice.Higher(value) };
                if (value == tried.Min(other => other.Choice))
                    yield return setting with { Choice = choice.Lower(value) };
            }
        }

        // Of equal ones the smaller rate.
        private IEnumerable<(ArmSetting Setting, double Validation)> Ranked() =>
            Latest.OrderByDescending(pair => pair.Validation).ThenBy(pair => pair.Setting.Rate).ThenBy(pair => pair.Setting.Choice);

        private static IEnumerable<double?> Values(Arm arm) => arm.Choice is { } choice ? choice.Values.Select(value => (double?)value) : [null];
    }
}
