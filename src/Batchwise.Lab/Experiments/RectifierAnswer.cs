namespace Batchwise.Lab;

/// <summary>The sentences that <see cref="Rectifiers"/> concludes with, made from its numbers.</summary>
static class RectifierAnswer
{
    /// <summary>The answer, and how it stands to the literature.</summary>
    public static (string Answer, string Here) Of(RectifierResults results)
    {
        var level = from name in new[] { "relu", "prelu" }
                    from depth in results.Depths
                    select Against(results, RectifierResults.Function(name), depth);
        var deepest = results.Depths[^1];
        var stalled = from start in new[] { RectifierResults.Xavier, RectifierResults.He }
                      select $"{start.Name}: {Words.List([.. RectifierFunction.All.Where(function => Stalls(results, function, start, deepest)).Select(function => function.Name)])}";
        var matters = Starts(results, difference => difference.Verdict != Verdict.Undecided && !RectifierResults.IsLevel(difference));
        var open = Starts(results, difference => difference.Verdict == Verdict.Undecided && !RectifierResults.IsLevel(difference));
        var verdict = matters.Length > 0 ? $"Batch norm does not make the initialization irrelevant: it decides with {Words.List(matters)}"
            : open.Length > 0 ? "Undecided whether batch norm makes the initialization irrelevant"
            : $"Batch norm makes the initialization irrelevant to within {RectifierResults.Points} in test accuracy";
        var answer = $"With He's initialization, batch norm less plain is {string.Join("; ", level)}. "
            + $"Plain networks of {deepest} hidden layers that end at chance in every seed, {string.Join("; ", stalled)}. "
            + $"{verdict}{(open.Length > 0 ? $" (not shown to be level: {Words.List(open)})" : "")}.";
        return (answer, Here(results, deepest));
    }

    private static string Here(RectifierResults results, int deepest)
    {
        var relu = RectifierResults.Function("relu");
        var (xavier, he) = (Stalls(results, relu, RectifierResults.Xavier, deepest), Stalls(results, relu, RectifierResults.He, deepest));
        return (xavier, he) switch
        {
            (true, false) => $"Agrees with He et al.: with ReLU and {deepest} hidden layers Xavier's initialization stalls and theirs trains.",
            (true, true) => $"Neither Xavier's initialization nor He's trains {deepest} hidden layers of ReLU here at any rate of the search; He et al. find that theirs does.",
            (false, true) => $"Contradicts He et al.: with ReLU and {deepest} hidden layers theirs stalls and Xavier's does not.",
            _ => $"He et al. find of 30 convolutional layers of ReLU that Xavier's initialization stalls and theirs trains. Here, with {deepest} hidden layers, "
                + $"plain networks end at {End(results, relu, RectifierResults.Xavier, deepest)} by Xavier's and {End(results, relu, RectifierResults.He, deepest)} by theirs.",
        };
    }

    // The order matters: what is level may differ by less than the margin and yet with certainty.
    private static string Against(RectifierResults results, RectifierFunction function, int depth)
    {
        var difference = results.Gain(function, RectifierResults.He, depth);
        var words = RectifierResults.IsLevel(difference) ? $"level to within {RectifierResults.Points}" : difference.Verdict switch
        {
            Verdict.Better => "batch norm is better",
            Verdict.Worse => "plain is better",
            _ => "undecided",
        };
        return $"{difference.Text()} with {function.Name} and {depth} layers ({words})";
    }

    private static string End(RectifierResults results, RectifierFunction function, RectifierStart start, int depth)
    {
        var outcome = results.Of(function, start, depth, normalized: false);
        return $"{Words.Accuracies(outcome.Test)} ({RectifierResults.AtChance(outcome)} of {outcome.Runs.Length} at chance)";
    }

    private static bool Stalls(RectifierResults results, RectifierFunction function, RectifierStart start, int depth)
    {
        var outcome = results.Of(function, start, depth, normalized: false);
        return RectifierResults.AtChance(outcome) == outcome.Runs.Length;
    }

    private static string[] Starts(RectifierResults results, Func<PairedDifference, bool> which) =>
        [.. from function in RectifierFunction.All
            from depth in results.Depths
            where RectifierStart.All.Any(other => other != RectifierResults.He && which(results.StartGain(function, other, depth)))
            select $"{function.Name} at {depth}"];
}
