namespace Batchwise.Tests.Normalization;

/// <summary>Every normalization of channels, with settings under which it does what sets it apart, and a user's own.</summary>
internal static class Relatives
{
    public static IReadOnlyDictionary<string, ChannelNormalization> All { get; } = new Dictionary<string, ChannelNormalization>
    {
        ["batch norm"] = new BatchNormalization(),
        ["renorm"] = new BatchRenormalization { RMax = 1.5, DMax = 0.5, WarmUp = 0, RMaxAt = 0, DMaxAt = 0 },
        ["renorm, unbounded"] = new BatchRenormalization { RMax = 1e6, DMax = 1e6, WarmUp = 0, RMaxAt = 0, DMaxAt = 0 },
        ["ghost"] = new GhostBatchNormalization { GhostSize = 5 },
        ["mean only"] = new MeanOnlyNormalization(),
        ["variance only"] = new VarianceOnlyNormalization(),
        ["detached"] = new DetachedNormalization(),
        ["moving average"] = new MovingAverageNormalization(),
        ["affine only"] = new AffineOnly(),
        ["a user's own"] = new PartialNormalization(),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    /// <summary>All layers of the library, and the user's.</summary>
    public static LayerRegistry Registry { get; } = StandardLayers.Registry
        .With("partialNorm", PartialNormalization.Read);
}
