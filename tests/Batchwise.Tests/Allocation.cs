namespace Batchwise.Tests;

/// <summary>Managed memory that work takes on the thread that does it.</summary>
internal static class Allocation
{
    private const int Repetitions = 5;

    /// <summary>The least bytes of several repetitions: the runtime may take some once for itself, as when it compiles a method anew.</summary>
    public static long Least(Action work)
    {
        var least = long.MaxValue;
        for (var i = 0; i < Repetitions && least > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
