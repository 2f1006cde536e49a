using System.Collections.Immutable;

namespace Batchwise.Images;

/// <summary>The images of a folder or archive, without labels.</summary>
/// <param name="Images">All images.</param>
public sealed record UnlabelledImages(UnlabelledExamples Images)
{
    /// <summary>Files that were not read, because of what they are by their names. Default: none.</summary>
    public ImmutableArray<PassedOverFiles> PassedOver { get; init; } = [];

    /// <summary>How many images say that they are to be turned or mirrored before they are shown (EXIF orientation), which is not done.</summary>
    public int Turned { get; init; }
}
