namespace Batchwise;

/// <summary>
/// The order in which an epoch takes the training examples: a permutation fixed by seed and epoch alone, so that it
/// depends on no thread and a resumed run finds its place again.
/// </summary>
public static class EpochOrder
{
    // Which examples share a shard is fixed for the run: a stream that no epoch has.
    private const ulong Deal = ulong.MaxValue;

    /// <summary>Writes the order of one epoch; allocates nothing.</summary>
    /// <param name="order">Receives each of 0 to its length - 1 once, every order equally likely: [count].</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">Which epoch, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is negative.</exception>
    public static void Fill(Span<int> order, ulong seed, long epoch) => Fill(order, seed, epoch, Shuffling.Full);

    /// <summary>Writes the order of one epoch; allocates nothing.</summary>
    /// <param name="order">Receives each of 0 to its length - 1 once: [count].</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">Which epoch, from 0.</param>
    /// <param name="shuffling">How thoroughly they are shuffled.</param>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is negative.</exception>
    public static void Fill(Span<int> order, ulong seed, long epoch, Shuffling shuffling)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentNullException.ThrowIfNull(shuffling);
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        var random = new Philox(seed, RandomPurpose.DataOrder, (ulong)epoch);
        if (shuffling.ShardSize == 0)
        {
            random.Shuffle(order);
            return;
        }
        new Philox(seed, RandomPurpose.DataOrder, Deal).Shuffle(order);
        var size = Math.Min(shuffling.ShardSize, order.Length);
        if (shuffling.WithinShards)
            for (var first = 0; first < order.Length; first += size)
                random.Shuffle(order[first..Math.Min(order.Length, first + size)]);
        ShuffleShards(order, size, ref random);
    }

    private static void ShuffleShards(Span<int> order, int size, ref Philox random)
    {
        if (order.IsEmpty)
            return;
        var whole = order.Length / size;
        for (var i = whole - 1; i > 0; i--)
        {
            var j = random.NextInt(i + 1);
            if (i != j)
                Swap(order.Slice(i * size, size), order.Slice(j * size, size));
        }
        // The smaller last shard goes to a place among the others, which move up: a rotation, done as three reversals.
        var rest = order[(random.NextInt(whole + 1) * size)..];
        var moved = rest.Length - order.Length % size;
        rest[..moved].Reverse();
        rest[moved..].Reverse();
        rest.Reverse();
    }

    private static void Swap(Span<int> a, Span<int> b)
    {
        for (var i = 0; i < a.Length; i++)
            (a[i], b[i]) = (b[i], a[i]);
    }
}
