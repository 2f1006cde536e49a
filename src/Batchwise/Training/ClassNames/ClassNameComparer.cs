using System.Diagnostics.CodeAnalysis;

namespace Batchwise;

/// <summary>
/// Compares names of classes as text, whatever their Unicode form: a name with an accented letter as one character is the same as with letter and
/// accent as two, which is how some file systems and archives write it. Case matters.
/// </summary>
public sealed class ClassNameComparer : IEqualityComparer<string>
{
    private ClassNameComparer()
    {
    }

    /// <summary>The comparer.</summary>
    public static ClassNameComparer Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(string? x, string? y) =>
        x is null || y is null ? x is null && y is null : string.Equals(CanonicalText.Of(x), CanonicalText.Of(y), StringComparison.Ordinal);

    /// <inheritdoc/>
    public int GetHashCode([DisallowNull] string obj)
    {
        ArgumentNullException.ThrowIfNull(obj);
        return CanonicalText.Of(obj).GetHashCode(StringComparison.Ordinal);
    }
}
