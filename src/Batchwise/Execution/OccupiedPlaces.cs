namespace Batchwise;

/// <summary>
/// Which places of an arena are taken when: each by a range of places for a span of time. Finds the lowest range that is free for
/// a span of time, in logarithmic time but for the gaps it passes.
/// </summary>
/// <remarks>
/// A segment tree over time: each of its nodes stands for a span of time, its two children for the halves. A span that places are
/// taken for is made up of nodes. These remember the places as taken <see cref="throughout"/> their span; they and all nodes above
/// them remember them as taken <see cref="sometime"/>. What is taken in a span that is asked about is then what the nodes that make it
/// up have <see cref="sometime"/>, and what the nodes above these have <see cref="throughout"/>.
/// </remarks>
sealed class OccupiedPlaces
{
    private readonly int times;
    private readonly PlaceSet?[] sometime;
    private readonly PlaceSet?[] throughout;
    private readonly List<PlaceSet> asked = [];

    /// <summary>An arena of which nothing is taken.</summary>
    /// <param name="times">Times are counted from 0 to this, exclusive.</param>
    public OccupiedPlaces(int times)
    {
        this.times = times;
        sometime = new PlaceSet?[4 * times];
        throughout = new PlaceSet?[4 * times];
    }

    /// <summary>Takes the lowest places that are free.</summary>
    /// <param name="first">The first time at which they are needed.</param>
    /// <param name="last">The last one.</param>
    /// <param name="size">How many places, next to each other.</param>
    /// <returns>The first place.</returns>
    public long Take(int first, int last, long size)
    {
        asked.Clear();
        Ask(0, 0, times - 1, first, last);
        long start = 0;
        for (var settled = 0; settled < asked.Count;)
        {
            // Around once more until the range fits between the ranges of every set.
            settled = 0;
            foreach (var set in asked)
            {
                var next = set.FreeFrom(start, size);
                settled += next == start ? 1 : 0;
                start = next;
            }
        }
        Occupy(0, 0, times - 1, first, last, start, start + size);
        return start;
    }

    private void Ask(int node, int from, int to, int first, int last)
    {
        if (last < from || to < first)
            return;
        var whole = first <= from && to <= last;
        if ((whole ? sometime : throughout)[node] is { } set)
            asked.Add(set);
        if (whole)
            return;
        var middle = from + (to - from) / 2;
        Ask(2 * node + 1, from, middle, first, last);
        Ask(2 * node + 2, middle + 1, to, first, last);
    }

    private void Occupy(int node, int from, int to, int first, int last, long start, long end)
    {
        if (last < from || to < first)
            return;
        (sometime[node] ??= new()).Add(start, end);
        if (first <= from && to <= last)
        {
            (throughout[node] ??= new()).Add(start, end);
            return;
        }
        var middle = from + (to - from) / 2;
        Occupy(2 * node + 1, from, middle, first, last, start, end);
        Occupy(2 * node + 2, middle + 1, to, first, last, start, end);
    }

    /// <summary>Places as ranges in order, none of which touches another.</summary>
    private sealed class PlaceSet
    {
        private readonly List<(long Start, long End)> ranges = [];

        /// <summary>The first place from a given one on where so many follow each other that are not in the set.</summary>
        public long FreeFrom(long start, long size)
        {
            for (var i = FirstEndingBehind(start); i < ranges.Count && ranges[i].Start < start + size; i++)
                start = Math.Max(start, ranges[i].End);
            return start;
        }

        public void Add(long start, long end)
        {
            // Those that it touches become one with it.
            var first = FirstEndingBehind(start - 1);
            var behind = first;
            for (; behind < ranges.Count && ranges[behind].Start <= end; behind++)
                (start, end) = (Math.Min(start, ranges[behind].Start), Math.Max(end, ranges[behind].End));
            ranges.RemoveRange(first, behind - first);
            ranges.Insert(first, (start, end));
        }

        /// <summary>The index of the first range that ends behind a place.</summary>
        private int FirstEndingBehind(long place)
        {
            var (low, high) = (0, ranges.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (ranges[middle].End > place)
                    high = middle;
                else
                    low = middle + 1;
            }
            return low;
        }
    }
}
