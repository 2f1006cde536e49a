using System.Diagnostics;
using static System.FormattableString;

namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>Reads inputs one after another in a process that may die of them.</summary>
static class FuzzChild
{
    /// <summary>Managed memory that reading one input may allocate, in bytes; more counts as a crash.</summary>
    public const long MostAllocated = 1L << 30;

    private const int BetweenPeaks = 1024;

    /// <summary>
    /// Reads the inputs from an index on. An exception that is no refusal is counted and kept, and the next input follows.
    /// </summary>
    /// <param name="reader">What reads them.</param>
    /// <param name="first">The first input's index.</param>
    /// <param name="inputs">The number of inputs.</param>
    /// <param name="seed">What they follow from.</param>
    /// <param name="progress">Is told of each input before it is read.</param>
    /// <param name="failures">Keeps those that crash.</param>
    /// <param name="folder">Is for the reader's files.</param>
    public static void Run(FuzzReader reader, long first, long inputs, ulong seed, FuzzProgress progress, FuzzFailures failures,
        string folder)
    {
        for (var index = first; index < inputs; index++)
        {
            progress.Index = index;
            var input = reader.Input(seed, index);
            if (Crash(reader, input, folder) is { } crash)
            {
                progress.Crashes++;
                failures.Save(reader.Name, seed, index, input, crash);
            }
            if (index % BetweenPeaks == 0)
                progress.PeakBytes = Peak();
        }
        progress.PeakBytes = Peak();
        progress.Index = inputs;
    }

    /// <summary>How reading an input went wrong; null where it was read or refused.</summary>
    public static string? Crash(FuzzReader reader, byte[] input, string folder)
    {
        var before = GC.GetTotalAllocatedBytes();
        try
        {
            reader.Read(input, folder);
        }
        catch (Exception error) when (reader.IsRefusal(error))
        {
            if (string.IsNullOrWhiteSpace(error.Message))
                return $"A refusal that says nothing: {error}";
        }
        catch (Exception error)
        {
            return error.ToString();
        }
        var allocated = GC.GetTotalAllocatedBytes() - before;
        return allocated > MostAllocated ? Invariant($"{allocated} bytes were allocated, more than {MostAllocated}.") : null;
    }

    private static long Peak()
    {
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64;
    }
}
