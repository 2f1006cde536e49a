using static System.FormattableString;

namespace Batchwise.Images;

/// <summary>Files of a folder or archive that were not read, because of what they are by their names.</summary>
/// <param name="What">Their ending, as <c>.webp</c>, or: <c>hidden</c>, <c>links</c> (of an archive), <c>others</c>.</param>
/// <param name="Count">How many there are. What lies in a hidden folder counts as one.</param>
public sealed record PassedOverFiles(string What, int Count)
{
    /// <summary>The number and what they are: <c>41 .webp</c>.</summary>
    public override string ToString() => Invariant($"{Count} {What}");
}
