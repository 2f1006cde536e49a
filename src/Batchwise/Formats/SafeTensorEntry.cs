using System.Collections.Immutable;

namespace Batchwise;

/// <summary>What the header says of one tensor; its bytes lie from begin to end, counted from the first byte of data.</summary>
internal sealed record SafeTensorEntry(string Name, ElementType Type, ImmutableArray<int> Shape, long Begin, long End);

/// <summary>The header of a file, read and not yet trusted: what it promises has still to be held against the data.</summary>
internal sealed record SafeTensorHeader(IReadOnlyList<SafeTensorEntry> Entries, Dictionary<string, string> Metadata)
{
    /// <summary>The bytes of the number that opens a file: how long the header is.</summary>
    public const int PrefixLength = sizeof(ulong);

    /// <summary>The longest header; the format's reference implementation has the same limit.</summary>
    public const int MaximumLength = 100_000_000;
}
