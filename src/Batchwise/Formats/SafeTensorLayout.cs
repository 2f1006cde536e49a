namespace Batchwise;

/// <summary>Where the tensors of a file lie: one after the other, without gaps.</summary>
internal static class SafeTensorLayout
{
    /// <summary>
    /// Holds the header's promises against the number of bytes that are there: every range fits its shape, and together
    /// they cover the data once.
    /// </summary>
    /// <returns>The entries in the order of their bytes.</returns>
    /// <exception cref="InvalidDataException">A promise is broken.</exception>
    public static SafeTensorEntry[] Verify(IReadOnlyList<SafeTensorEntry> entries, long dataLength, SafeTensorFault fault)
    {
        foreach (var entry in entries)
            VerifyRange(entry, dataLength, fault);
        // A stable order: empty tensors share their place with the one that follows.
        var ordered = entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End).ToArray();
        long end = 0;
        var before = "";
        foreach (var entry in ordered)
        {
            if (entry.Begin < end)
                throw fault.Of(entry.Name, $"overlaps tensor {Quotation.Of(before)}");
            if (entry.Begin > end)
                throw fault.Of(entry.Name, $"begins at byte {entry.Begin} of the data, after {entry.Begin - end} bytes that belong to no tensor");
            (end, before) = (entry.End, entry.Name);
        }
        if (end < dataLength)
            throw fault.Of($"the last {dataLength - end} bytes belong to no tensor");
        return ordered;
    }

    /// <summary>
    /// Gives every tensor its place, in the order given but for one thing: larger elements come first, so that each lies
    /// at a multiple of its element's size, on which other readers depend.
    /// </summary>
    /// <returns>One entry for each tensor, in the order given, and the tensors in the order of their bytes.</returns>
    public static (SafeTensorEntry[] Entries, NamedTensor[] Ordered) Plan(IReadOnlyList<NamedTensor> tensors)
    {
        var entries = new SafeTensorEntry[tensors.Count];
        var order = Enumerable.Range(0, tensors.Count).OrderByDescending(i => tensors[i].ElementType.Size()).ToArray();
        long begin = 0;
        foreach (var i in order)
        {
            var tensor = tensors[i];
            entries[i] = new(tensor.Name, tensor.ElementType, tensor.Shape, begin, begin + tensor.Bytes.Length);
            begin = entries[i].End;
        }
        return (entries, [.. order.Select(i => tensors[i])]);
    }

    private static void VerifyRange(SafeTensorEntry entry, long dataLength, SafeTensorFault fault)
    {
        var (name, type, shape, begin, end) = entry;
        var size = type.Size();
        if (begin > end)
            throw fault.Of(name, $"ends at byte {end} of the data, before it begins at {begin}");
        if (end > dataLength)
            throw fault.Of(name, $"ends at byte {end} of the data, of which the file has {dataLength}");
        if (!NamedTensor.TryCount(shape, out var count) || count > long.MaxValue / size)
            throw fault.Of(name, $"has the shape {NamedTensor.Text(shape)}, whose size exceeds 64 bits");
        if (end - begin != count * size)
            throw fault.Of(name, $"has {end - begin} bytes where shape {NamedTensor.Text(shape)} of {type.FileName()} needs {count * size}");
        if (end - begin > Array.MaxLength)
            throw fault.Unsupported(name, $"has {end - begin} bytes, and one tensor may have {Array.MaxLength} here", "split it into smaller ones");
    }
}
