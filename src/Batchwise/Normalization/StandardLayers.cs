namespace Batchwise;

/// <summary>What Batchwise knows of by itself: every layer that a model file may hold, every rule that makes plans.</summary>
public static class StandardLayers
{
    /// <summary>All layers of Batchwise, for reading model files.</summary>
    public static LayerRegistry Registry { get; } = LayerRegistry.Basic
        .With("batchNorm", BatchNormalization.Read)
        .With("channelAffine", _ => new ChannelAffine())
        .With("layerNorm", LayerNormalization.Read)
        .With("groupNorm", GroupNormalization.Read)
        .With("instanceNorm", InstanceNormalization.Read);

    /// <summary>All rules of Batchwise, for compiling plans.</summary>
    internal static Catalogue Catalogue { get; } = Catalogue.Basic.Prepend(
        new NormalizationLowering(), new MapNormalizationLowering(), new SampleNormalizationLowering(), new ChannelAffineLowering());
}
