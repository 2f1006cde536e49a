using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// How thoroughly the training examples are shuffled. The paper's section 4.2.1 counts more thorough shuffling among the changes
/// that batch normalization rewards: examples that always meet in the same batch regularize each other the same way each time.
/// </summary>
/// <remarks>
/// A shard is what large data sets are stored in: a file of some hundred or thousand examples. Which examples share a shard is dealt
/// once, at random, from the run's seed. An epoch then takes the shards in a new order, and the examples within each either
/// always in the same order, so that with shards of whole batches the same examples always meet, or in a new one: the
/// paper's "within-shard shuffling", which gained it about 1 % of validation accuracy.
/// </remarks>
public sealed record Shuffling
{
    private Shuffling(int shardSize, bool withinShards) => (ShardSize, WithinShards) = (shardSize, withinShards);

    /// <summary>All examples in a new order each epoch; every order is equally likely.</summary>
    public static Shuffling Full { get; } = new(0, true);

    /// <summary>Examples per shard; 0 where there are no shards. The last shard has what is left.</summary>
    public int ShardSize { get; }

    /// <summary>Whether the examples within a shard come in a new order each epoch.</summary>
    public bool WithinShards { get; }

    /// <summary>Whole shards in a new order each epoch.</summary>
    /// <param name="size">Examples per shard, at least 1; a multiple of the batch keeps the same examples together.</param>
    /// <param name="within">Whether the examples within each shard are shuffled too. Default: no.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public static Shuffling Shards(int size, bool within = false) => size < 1
        ? throw new ArgumentOutOfRangeException(nameof(size), Invariant($"A shard of {size} examples holds none: give at least 1, or take Shuffling.Full."))
        : new(size, within);

    /// <summary>In words, as a checkpoint has it.</summary>
    public override string ToString() => Text();

    internal string Text() => ShardSize == 0
        ? "shuffled fully"
        : Invariant($"in shards of {ShardSize}, {(WithinShards ? "shuffled within" : "not shuffled within")}");
}
