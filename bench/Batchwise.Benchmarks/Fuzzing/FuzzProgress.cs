using System.IO.MemoryMappedFiles;

namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>
/// How far a child is, in a file that parent and child share: what it wrote is there even when the child dies the moment after.
/// </summary>
sealed class FuzzProgress : IDisposable
{
    /// <summary>The index of a child that has not begun its first input.</summary>
    public const long NotBegun = -1;

    private const int IndexAt = 0, CrashesAt = 8, PeakAt = 16, Size = 24;

    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;

    /// <summary>Opens the file; it is made where it is not there.</summary>
    public FuzzProgress(string path)
    {
        file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, Size);
        view = file.CreateViewAccessor(0, Size);
    }

    /// <summary>The input that the child is at; their number when it is through.</summary>
    public long Index
    {
        get => view.ReadInt64(IndexAt);
        set => view.Write(IndexAt, value);
    }

    /// <summary>Crashes that the children survived: exceptions that are no refusals.</summary>
    public long Crashes
    {
        get => view.ReadInt64(CrashesAt);
        set => view.Write(CrashesAt, value);
    }

    /// <summary>The largest working set of a child, in bytes.</summary>
    public long PeakBytes
    {
        get => view.ReadInt64(PeakAt);
        set => view.Write(PeakAt, Math.Max(value, PeakBytes));
    }

    public void Dispose()
    {
        view.Dispose();
        file.Dispose();
    }
}
