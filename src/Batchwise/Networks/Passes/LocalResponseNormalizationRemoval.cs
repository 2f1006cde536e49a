namespace Batchwise;

/// <summary>Removes local response normalization: "with Batch Normalization it is not necessary" (section 4.2.1).</summary>
public static class LocalResponseNormalizationRemoval
{
    /// <summary>The network without its local response normalizations; one that has none is returned as it is.</summary>
    /// <param name="network">The network; it is left as it is.</param>
    public static Network WithoutLocalResponseNormalization(this Network network) =>
        LayerRemoval.Without(network, layer => layer is LocalResponseNormalization);
}
