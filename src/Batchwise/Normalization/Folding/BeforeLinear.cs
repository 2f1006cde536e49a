using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// What dense layers and convolutions have in common that take a map before them: W' = scale W, b' = b + (shift - center scale)
/// W.
/// </summary>
abstract class BeforeLinear : TakingRule
{
    /// <summary>
    /// The most deviations that a center may lie from zero. Without its own layer the map subtracts the center after the
    /// products, in which float32 loses as many digits as the center has deviations; 16 leave an error of 1e-6 of the result.
    /// </summary>
    private const double MostDeviations = 16;

    /// <summary>Refuses a map that subtracts much more than it leaves.</summary>
    protected static string? RefuseCenter(ChannelMap map) => map.Deviations <= MostDeviations
        ? null
        : Invariant($"its mean lies {map.Deviations:0} deviations from zero, and float32 keeps the digits of the difference only if it is taken first");
}
