namespace Batchwise;

/// <summary>
/// Instance normalization of maps: each channel of each sample by its mean and biased variance over the positions.
/// </summary>
/// <remarks>
/// <para>Shapes: x, y: [N, H, W, C]; gamma, beta: [C]. Statistics run over H W values.</para>
/// <para>Errors: vectors, and maps of a single position, are refused.</para>
/// <para>Paper: Ulyanov, Vedaldi and Lempitsky, arXiv 1607.08022, section 2.</para>
/// </remarks>
public sealed record InstanceNormalization : SampleNormalization
{
    /// <inheritdoc/>
    public override string Kind => "instanceNorm";

    internal override string Title => "Instance normalization";

    internal override int GroupsOf(Shape sample) => sample.Rank > 1
        ? sample.Channels
        : throw new ArgumentException($"Instance normalization takes maps, not samples of shape {sample}: for vectors use LayerNormalization.");

    internal override Shape AffineShape(Shape sample) => new(sample.Channels);

    internal static InstanceNormalization Read(LayerAttributes attributes) => new() { Epsilon = attributes.Number("epsilon") };
}
