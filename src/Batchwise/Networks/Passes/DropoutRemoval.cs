namespace Batchwise;

/// <summary>Removes dropout, which batch normalization makes needless (section 4.2.1).</summary>
public static class DropoutRemoval
{
    /// <summary>The network without its dropout layers; one that has none is returned as it is.</summary>
    /// <param name="network">The network; it is left as it is.</param>
    public static Network WithoutDropout(this Network network) => LayerRemoval.Without(network, layer => layer is Dropout);
}
