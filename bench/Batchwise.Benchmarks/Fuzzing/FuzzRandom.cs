namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>The choices that make one input: they follow from the seed and the input's index alone.</summary>
/// <param name="seed">The run's seed.</param>
/// <param name="index">The input's index.</param>
sealed class FuzzRandom(ulong seed, long index)
{
    private Philox random = new(seed, RandomPurpose.Experiment, (ulong)index);

    /// <summary>64 random bits.</summary>
    public ulong Next() => (ulong)random.NextBits() << 32 | random.NextBits();

    /// <summary>A whole number in [0, count).</summary>
    public int Below(int count) => random.NextInt(count);

    /// <summary>One item of a list that is not empty.</summary>
    public T Of<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>True in one of <paramref name="count"/> cases, on average.</summary>
    public bool OneIn(int count) => Below(count) == 0;
}
