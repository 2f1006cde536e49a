using System.Globalization;

namespace Batchwise.Lab;

/// <summary>The sentences that <see cref="CovariateShift"/> concludes with, made from its numbers.</summary>
static class ShiftAnswer
{
    private const double Margin = 0.01;

    /// <summary>The answer, and how it stands to the literature.</summary>
    public static (string Answer, string Here) Of(ShiftResults results)
    {
        var own = results.Trios[0];
        string Against(string what, ShiftMeasure measure) => Said(results, what, measure, own.Norm, own.Plain);
        var accuracy = results.Accuracy(own.Noisy, own.Norm)!;
        var answer = $"With batch norm, each network at its own best rate, {Against("activations' drift is", ShiftMeasure.Drift)}, {Against("gradients' change by earlier layers", ShiftMeasure.Shift)}, "
            + $"{Against("the effective smoothness constant", ShiftMeasure.Smoothness)} and {Against("singular values' mean |ln s| less plain's", ShiftMeasure.FromOne)}; "
            + $"noise behind it makes {Said(results, "drift", ShiftMeasure.Drift, own.Noisy, own.Norm)} and changes test accuracy by {accuracy.Text()} ({Trains(accuracy)}).";
        return (answer, string.Join(" ", Thesis(results), Santurkar(results), Landscape(results), Conjecture(results)));
    }

    private static string Said(ShiftResults results, string what, ShiftMeasure measure, ShiftCell cell, ShiftCell baseline) =>
        results.Difference(measure, cell, baseline) is { } difference ? $"{what} {measure.Text(difference)} ({ShiftResults.Direction(difference)})" : $"{what} not measured";

    private static string Trains(PairedDifference accuracy) => accuracy.Low > -Margin ? string.Create(CultureInfo.InvariantCulture, $"as well to within {Margin}")
        : accuracy.High < 0 ? "worse" : "undecided";

    // One word where all measures and both choices of rates agree; else "undecided" or "mixed".
    private static string Direction(ShiftResults results, ShiftMeasure[] measures, Func<ShiftTrio, (ShiftCell Cell, ShiftCell Baseline)> pair)
    {
        var verdicts = (from trio in results.Trios
                        from measure in measures
                        let cells = pair(trio)
                        select ShiftResults.Direction(results.Difference(measure, cells.Cell, cells.Baseline))).Distinct().ToArray();
        return verdicts.Length == 1 ? verdicts[0] : verdicts.Contains("larger") && verdicts.Contains("smaller") ? "mixed" : "undecided";
    }

    private static (ShiftCell, ShiftCell) Normalized(ShiftTrio trio) => (trio.Norm, trio.Plain);

    private static string Thesis(ShiftResults results)
    {
        var (drift, shift) = (Direction(results, [ShiftMeasure.Drift], Normalized), Direction(results, [ShiftMeasure.Shift], Normalized));
        var verdict = (drift, shift) switch
        {
            ("smaller", "smaller") => "agrees with the paper",
            ("larger", "larger") => "contradicts the paper",
            ("smaller", "larger") => "agrees with the paper for activations and with Santurkar et al. for gradients",
            _ => "undecided or divided between its measures and rates",
        };
        return $"That batch norm reduces internal covariate shift: {verdict} (drift {drift}, change of gradients {shift}).";
    }

    private static string Santurkar(ShiftResults results)
    {
        var drift = Direction(results, [ShiftMeasure.Drift], trio => (trio.Noisy, trio.Norm));
        var trains = results.Trios.Select(trio => Trains(results.Accuracy(trio.Noisy, trio.Norm)!)).Distinct().ToArray();
        var verdict = drift == "larger" && trains is [{ } one] ? one switch
        {
            "worse" => "contradicted, the noise costs accuracy",
            "undecided" => "undecided",
            _ => "agrees with Santurkar et al.",
        } : "undecided";
        return $"That noise behind batch norm raises the shift and the network trains as well: {verdict} (drift {drift}; trains {string.Join(" or ", trains)}).";
    }

    private static string Landscape(ShiftResults results)
    {
        var loss = Direction(results, [ShiftMeasure.Variation], Normalized);
        var (smooth, predictive) = (Direction(results, [ShiftMeasure.Smoothness], Normalized), Direction(results, [ShiftMeasure.Predictiveness], Normalized));
        return $"That batch norm smooths the landscape: {(loss, smooth, predictive) switch
        {
            ("smaller", "smaller", "smaller") => "agrees with Santurkar et al.",
            ("larger", "larger", "larger") => "contradicts Santurkar et al.",
            ("smaller", "undecided", "undecided") => "agrees with Santurkar et al. for the loss, undecided for its gradient",
            _ => "undecided or divided between its measures and rates",
        }} (variation of the loss along the gradient {loss}, effective smoothness constant {smooth}, change of the gradient along itself {predictive}).";
    }

    private static string Conjecture(ShiftResults results)
    {
        var distance = Direction(results, [ShiftMeasure.FromOne], Normalized);
        return $"That batch norm brings Jacobians' singular values close to 1 (section 3.3): {distance switch
        {
            "smaller" => "agrees with the paper's conjecture in that they are closer",
            "larger" => "contradicts the paper's conjecture",
            _ => "undecided",
        }} (distance from 1 {distance}).";
    }
}
