namespace Batchwise;

/// <summary>
/// The order in which an epoch takes the training examples: a permutation fixed by seed and epoch alone, so that it
/// depends on no thread and a resumed run finds its place again.
/// </summary>
public static class EpochOrder
{
    /// <summary>Writes the order of one epoch; allocates nothing.</summary>
    /// <param name="order">Receives each of 0 to its length - 1 once, every order equally likely: [count].</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">Which epoch, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is negative.</exception>
    public static void Fill(Span<int> order, ulong seed, long epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        new Philox(seed, RandomPurpose.DataOrder, (ulong)epoch).Shuffle(order);
    }
}
