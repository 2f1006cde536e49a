namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>Random numbers of SplitMix64, the same on every machine: an input follows from the seed and its index alone.</summary>
/// <param name="state">Where the sequence starts.</param>
sealed class FuzzRandom(ulong state)
{
    private ulong state = state;

    /// <summary>The sequence of one input.</summary>
    public static FuzzRandom Of(ulong seed, long index) => new(new FuzzRandom(seed).Next() ^ new FuzzRandom((ulong)index).Next());

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A whole number in [0, count).</summary>
    public int Below(int count) => (int)(Next() % (ulong)count);

    /// <summary>One item of a list that is not empty.</summary>
    public T Of<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>True once in so many times.</summary>
    public bool OneIn(int count) => Below(count) == 0;
}
