using System.Globalization;
using System.Runtime.InteropServices;

namespace Batchwise;

/// <summary>
/// A block of floats outside the managed heap, aligned to cache lines, touched and zeroed when made, so that nothing
/// in a training step meets a fresh page. Freed when no longer referenced.
/// </summary>
internal sealed unsafe class AlignedMemory
{
    /// <summary>Floats in a cache line; every tensor in an arena starts at a multiple of it.</summary>
    public const int Line = 16;

    /// <summary>Floats behind the last element that a vector load may touch.</summary>
    public const int Slack = 64;

    private readonly float* start;

    /// <summary>A zeroed block of <paramref name="length"/> floats.</summary>
    /// <exception cref="InsufficientMemoryException">The machine, or the container, has less memory than that in all.</exception>
    public AlignedMemory(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        // Systems that promise more memory than they have end the process that uses it.
        if (length > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / sizeof(float))
            throw new InsufficientMemoryException(string.Create(CultureInfo.InvariantCulture, $"{length * (double)sizeof(float) / 1e9:0.0} GB of memory are needed, which this machine does not have."));
        var bytes = checked((nuint)(length + Slack) * sizeof(float));
        start = (float*)NativeMemory.AlignedAlloc(bytes, Line * sizeof(float));
        NativeMemory.Clear(start, bytes);
        GC.AddMemoryPressure((long)bytes);
    }

    ~AlignedMemory()
    {
        // The constructor threw: there is nothing to give back.
        if (start == null)
            return;
        NativeMemory.AlignedFree(start);
        GC.RemoveMemoryPressure((Length + Slack) * sizeof(float));
    }

    /// <summary>The number of floats.</summary>
    public long Length { get; }

    /// <summary>A part of the block; valid while this object is referenced.</summary>
    public Span<float> Span(long offset, int length)
    {
        // Neither side can overflow, nor can a negative number pass.
        if ((ulong)offset > (ulong)Length || (ulong)length > (ulong)(Length - offset))
            throw new ArgumentOutOfRangeException(nameof(offset), string.Create(CultureInfo.InvariantCulture, $"{length} floats from {offset} on do not lie inside a block of {Length}."));
        return new Span<float>(start + offset, length);
    }

    /// <summary>The smallest multiple of a cache line that holds this many floats.</summary>
    public static long RoundUp(long length) => (length + Line - 1) / Line * Line;
}
