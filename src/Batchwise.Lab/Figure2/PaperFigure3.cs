namespace Batchwise.Lab;

/// <summary>A row of the paper's Figure 3, on ImageNet.</summary>
/// <param name="Recipe">The recipe's name.</param>
/// <param name="MillionSteps">Steps to 72.2 %, Inception's best, in millions; null where it is not reached.</param>
/// <param name="Accuracy">The largest accuracy, as a share; null where it did not train.</param>
sealed record PaperRow(string Recipe, double? MillionSteps, double? Accuracy);

/// <summary>The paper's Figure 3, and what section 4.2.2 says besides.</summary>
static class PaperFigure3
{
    private static readonly PaperRow[] Rows =
    [
        new("Inception", 31.0, 0.722),
        new("BN-Baseline", 13.3, 0.727),
        new("BN-x5", 2.1, 0.730),
        new("BN-x30", 2.7, 0.748),
        new("BN-x5-Sigmoid", null, 0.698),
        // "the model parameters reached machine infinity".
        new("Inception-x5", null, null),
    ];

    /// <summary>The row of a recipe; null where the figure has none.</summary>
    public static PaperRow? Of(string recipe) => Rows.FirstOrDefault(row => row.Recipe == recipe);

    /// <summary>How many times fewer steps than Inception's a row's are; null where it has none.</summary>
    public static double? Ratio(PaperRow row) => Rows[0].MillionSteps / row.MillionSteps;
}
