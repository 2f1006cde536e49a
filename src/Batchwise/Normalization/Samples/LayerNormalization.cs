namespace Batchwise;

/// <summary>
/// Layer normalization: each sample by the mean and biased variance of all its values.
/// </summary>
/// <remarks>
/// <para>Shapes: x, y: [N, ..., C]; gamma, beta: the sample's, [C] or [H, W, C], one for each value, as PyTorch's LayerNorm
/// has them with the whole sample for its normalized shape. Statistics run over H W C values of a sample.</para>
/// <para>Errors: a sample of a single value is refused.</para>
/// <para>Paper: Ba, Kiros and Hinton, arXiv 1607.06450, section 3.</para>
/// </remarks>
public sealed record LayerNormalization : SampleNormalization
{
    /// <inheritdoc/>
    public override string Kind => "layerNorm";

    internal override string Title => "Layer normalization";

    internal override int GroupsOf(Shape sample) => 1;

    internal override Shape AffineShape(Shape sample) => sample;

    internal static LayerNormalization Read(LayerAttributes attributes) => new() { Epsilon = attributes.Number("epsilon") };
}
