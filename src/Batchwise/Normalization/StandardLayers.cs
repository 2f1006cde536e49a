namespace Batchwise;

/// <summary>What Batchwise knows of by itself: every layer that a model file may hold, every rule that makes plans.</summary>
public static class StandardLayers
{
    /// <summary>All layers of Batchwise, for reading model files.</summary>
    public static LayerRegistry Registry { get; } = LayerRegistry.Basic
        .With("batchNorm", BatchNormalization.Read)
        .With("batchRenorm", BatchRenormalization.Read)
        .With("ghostBatchNorm", GhostBatchNormalization.Read)
        .With("meanOnlyNorm", settings => ChannelNormalization.WithSettings(new MeanOnlyNormalization(), settings))
        .With("varianceOnlyNorm", settings => ChannelNormalization.WithSettings(new VarianceOnlyNormalization(), settings))
        .With("detachedNorm", settings => ChannelNormalization.WithSettings(new DetachedNormalization(), settings))
        .With("movingAverageNorm", settings => ChannelNormalization.WithSettings(new MovingAverageNormalization(), settings))
        .With("affineOnly", settings => ChannelNormalization.WithSettings(new AffineOnly(), settings))
        .With("activationNoise", ActivationNoise.Read)
        .With("zcaWhitening", ZcaWhitening.Read)
        .With("iterativeNormalization", IterativeNormalization.Read)
        .With("layerNorm", LayerNormalization.Read)
        .With("groupNorm", GroupNormalization.Read)
        .With("instanceNorm", InstanceNormalization.Read)
        .With("channelAffine", ChannelAffine.Read);

    /// <summary>All rules of Batchwise, for compiling plans.</summary>
    internal static Catalogue Catalogue { get; } = Catalogue.Basic.Prepend(
        new NormalizationLowering(), new MapNormalizationLowering(), new WhiteningLowering(), new SampleNormalizationLowering(), new ChannelAffineLowering());
}
