using System.Collections.Immutable;

namespace Batchwise.Images;

/// <summary>What a folder of images holds.</summary>
/// <param name="Train">The training images; the test images where there are no others, which classes that are given allow.</param>
/// <param name="Test">Those of <c>test</c>, else of <c>val</c>, <c>valid</c> or <c>validation</c>, else those held out from the training images.</param>
/// <param name="Validation">Those of <c>val</c>, <c>valid</c> or <c>validation</c> where there is a <c>test</c> besides; else null.</param>
/// <param name="ClassNames">The name of each class, by number: its folder's, or those of the options, of which some may have no image.</param>
public sealed record ImageSets(Dataset Train, Dataset Test, Dataset? Validation, ImmutableArray<string> ClassNames)
{
    /// <summary>Files that were not read, because of what they are by their names. Default: none.</summary>
    public ImmutableArray<PassedOverFiles> PassedOver { get; init; } = [];

    /// <summary>How many images say that they are to be turned or mirrored before they are shown (EXIF orientation), which is not done.</summary>
    public int Turned { get; init; }
}
