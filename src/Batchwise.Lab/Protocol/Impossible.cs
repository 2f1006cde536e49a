using System.Collections.Immutable;
using static System.FormattableString;

namespace Batchwise.Lab;

/// <summary>Says which values no run can have measured: each method gives the end of a sentence, or null for what can be.</summary>
static class Impossible
{
    /// <summary>An accuracy outside 0 to 1.</summary>
    /// <param name="name">Which accuracy.</param>
    /// <param name="value">Its value; null where there is none.</param>
    public static string? Accuracy(string name, double? value) => value is null or (>= 0 and <= 1) ? null : Invariant($"{name} is {value}, which lies outside 0 to 1");

    /// <summary>A time that is negative or not finite.</summary>
    /// <param name="name">What took it.</param>
    /// <param name="value">Seconds.</param>
    public static string? Seconds(string name, double value) => value >= 0 && double.IsFinite(value) ? null : Invariant($"{name} took {value} seconds");

    /// <summary>Steps that are negative or more than a run takes.</summary>
    /// <param name="steps">Steps taken.</param>
    /// <param name="budget">The steps of the whole run.</param>
    public static string? Steps(long steps, long budget) => steps >= 0 && steps <= budget ? null : Invariant($"it took {steps} of {budget} steps");

    /// <summary>Fewer steps than the budget of a run that did not diverge.</summary>
    /// <param name="steps">Steps taken.</param>
    /// <param name="budget">The steps of the whole run.</param>
    /// <param name="diverged">What made it diverge; null if nothing did.</param>
    public static string? Steps(long steps, long budget, string? diverged) =>
        Steps(steps, budget) ?? (diverged is not null || steps == budget ? null : Invariant($"it ended after {steps} of {budget} steps and did not diverge"));

    /// <summary>Points of a run elsewhere than where it is looked at, or with values that cannot be.</summary>
    /// <param name="points">The points.</param>
    /// <param name="looks">The steps at which the run is looked at.</param>
    /// <param name="all">Whether it is looked at for the last time.</param>
    public static string? Points<TPoint>(ImmutableArray<TPoint> points, IEnumerable<long> looks, bool all)
        where TPoint : class, IRunPoint
    {
        if (points.IsDefault || points.Any(point => point is null))
            return "a point of its curve is null";
        long[] expected = [.. looks];
        if (points.Length > expected.Length || !points.Select(point => point.Step).SequenceEqual(expected.Take(points.Length)) || (all && points.Length < expected.Length))
            return "the points of its curve are not those at which it is looked at";
        return points.Select(point => point.Fault).FirstOrDefault(fault => fault is not null);
    }

    /// <summary>What does not hold.</summary>
    /// <param name="holds">Whether it holds.</param>
    /// <param name="fault">What to say if not.</param>
    public static string? Unless(bool holds, string fault) => holds ? null : fault;
}
