using static System.FormattableString;

namespace Batchwise;

/// <summary>Places buffers in one arena: two share memory where their lives, counted in groups of the schedule, do not overlap.</summary>
static class MemoryPlan
{
    /// <summary>Gives every arena buffer its offset.</summary>
    /// <param name="schedule">The order of work.</param>
    /// <param name="kept">Buffers that live from start to end: what is filled before and read after a run.</param>
    /// <param name="capacity">The largest batch.</param>
    /// <param name="keepAll">Whether every buffer lives from start to end, to look at all of them after a run.</param>
    /// <returns>The arena's length in floats.</returns>
    /// <exception cref="ArgumentException">A buffer would be too long to be addressed; the message names it.</exception>
    public static long Place(Schedule schedule, IReadOnlyCollection<PlanBuffer> kept, int capacity, bool keepAll = false)
    {
        var lives = Lives(schedule);
        foreach (var buffer in kept)
            lives[buffer.Root] = (0, schedule.Groups);
        if (keepAll)
        {
            foreach (var buffer in lives.Keys.ToArray())
                lives[buffer] = (0, schedule.Groups);
        }

        foreach (var buffer in lives.Keys)
            RequireAddressable(buffer, capacity);

        // The largest first, each at the lowest place that is free for as long as it lives.
        var places = new OccupiedPlaces(schedule.Groups + 1);
        long length = 0;
        foreach (var (buffer, life) in lives.Where(entry => entry.Key.Region == BufferRegion.Arena)
            .OrderByDescending(entry => entry.Key.Length(capacity)).ThenBy(entry => entry.Value.First).ThenBy(entry => entry.Key.Name, StringComparer.Ordinal))
        {
            var size = AlignedMemory.RoundUp(buffer.Length(capacity)) + AlignedMemory.Line;
            buffer.Offset = places.Take(life.First, life.Last, size);
            length = Math.Max(length, buffer.Offset + size);
        }
        return length;
    }

    /// <summary>Refuses a buffer that would be too long to be addressed.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="capacity">The largest batch.</param>
    /// <exception cref="ArgumentException">It would be; the message names it.</exception>
    public static void RequireAddressable(PlanBuffer buffer, int capacity)
    {
        if (buffer.LongLength(capacity) is var floats and > Shape.MaxSize)
            throw new ArgumentException(Invariant($"A batch of {capacity} is too large for this network: '{buffer}' would take {floats} floats, and {Shape.MaxSize} are the most: {WayOut(capacity)}."));
    }

    /// <summary>What to do about a plan that is too large.</summary>
    /// <param name="capacity">The largest batch.</param>
    public static string WayOut(int capacity) => capacity > 1 ? "choose a smaller batch" : "choose a network with smaller layers";

    private static Dictionary<PlanBuffer, (int First, int Last)> Lives(Schedule schedule)
    {
        var lives = new Dictionary<PlanBuffer, (int First, int Last)>();
        for (var group = 0; group < schedule.Groups; group++)
        {
            foreach (var (step, _) in schedule.Group(group))
            {
                foreach (var buffer in step.Reads.Concat(step.Writes))
                    lives[buffer.Root] = lives.TryGetValue(buffer.Root, out var life) ? (life.First, group) : (group, group);
            }
        }
        return lives;
    }
}
