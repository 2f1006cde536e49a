namespace Batchwise;

/// <summary>
/// What a normalizing layer is in inference, when its statistics are fixed: y = (x - center) M + shift with x, y: [C],
/// M: [C, C], in float64. Each form of M is a class of its own.
/// </summary>
abstract class InferenceMap
{
    /// <summary>center: [C].</summary>
    public abstract ReadOnlySpan<double> Center { get; }

    /// <summary>shift: [C].</summary>
    public abstract ReadOnlySpan<double> Shift { get; }

    /// <summary>Multiplies a vector by M: [C], in place.</summary>
    public abstract void Multiply(Span<double> row);
}

/// <summary>A layer that inference can fold into other layers' weights, or replace by a plainer one.</summary>
interface IFoldable
{
    /// <summary>What the layer computes with fixed statistics.</summary>
    /// <param name="state">The trained state.</param>
    /// <param name="node">The layer's place in it.</param>
    /// <param name="source">Which statistics.</param>
    /// <returns>The map; null where the layer stays as it is.</returns>
    /// <exception cref="InvalidOperationException">Population statistics are asked for and have not been estimated.</exception>
    InferenceMap? InInference(NetworkState state, Node node, StatisticsSource source);
}
