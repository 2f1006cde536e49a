namespace Batchwise.Tests;

public class ShufflingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(1000)]
    public void Every_example_comes_once(int size)
    {
        Assert.Equal(Enumerable.Range(0, 100), Order(100, 3, Shuffling.Shards(size)).Order());
        Assert.Equal(Enumerable.Range(0, 100), Order(100, 3, Shuffling.Shards(size, within: true)).Order());
        Assert.Empty(Order(0, 3, Shuffling.Shards(size)));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(94)]
    public void Shards_hold_the_same_examples_in_the_same_order_and_come_in_another(int count)
    {
        var size = 10;
        var first = Shards(Order(count, 0, Shuffling.Shards(size)), count, size);
        for (var epoch = 1; epoch < 20; epoch++)
        {
            var shards = Shards(Order(count, epoch, Shuffling.Shards(size)), count, size);
            Assert.NotEqual(first, shards);
            Assert.Equal(first.Order(), shards.Order());
        }
        // Dealt at random: not the examples that follow each other in the data.
        Assert.DoesNotContain(string.Join(',', Enumerable.Range(0, size)), first);
    }

    [Fact]
    public void Within_shards_the_order_changes_too_but_who_shares_one_does_not()
    {
        var shuffling = Shuffling.Shards(10, within: true);
        string[] Sets(int epoch) => [.. Order(100, epoch, shuffling).Chunk(10).Select(shard => string.Join(',', shard.Order()))];
        string[] Orders(int epoch) => [.. Order(100, epoch, shuffling).Chunk(10).Select(shard => string.Join(',', shard))];
        Assert.Equal(Sets(0).Order(), Sets(1).Order());
        Assert.Empty(Orders(0).Intersect(Orders(1)));
    }

    [Fact]
    public void The_smaller_last_shard_comes_at_every_place()
    {
        var places = Enumerable.Range(0, 200).Select(epoch => Array.FindIndex(Shards(Order(96, epoch, Shuffling.Shards(10)), 96, 10), shard => shard.Split(',').Length == 6));
        Assert.Equal(Enumerable.Range(0, 10), places.Distinct().Order());
    }

    [Fact]
    public void Full_is_what_it_was_and_the_default()
    {
        Assert.Equal(Order(50, 4, Shuffling.Full), Plain(50, 4));
        using var trainer = new Trainer(Network.Input(2).Dense(2), new Sgd(0.1f));
        Assert.Equal(Shuffling.Full, trainer.Shuffling);
    }

    [Fact]
    public void A_checkpoint_remembers_it()
    {
        using var folder = new DataFolder();
        var path = Path.Combine(folder.Path, "a.safetensors");
        var network = Network.Input(2).Dense(2);
        using (var trainer = new Trainer(network, new Sgd(0.1f), shuffling: Shuffling.Shards(20)))
            trainer.SaveCheckpoint(path);
        Assert.Contains("made with the examples in shards of 20, not shuffled within, not shuffled fully: give the same shuffling",
            Assert.Throws<InvalidDataException>(() => Trainer.Resume(path, network, new Sgd(0.1f))).Message, StringComparison.Ordinal);
        using var resumed = Trainer.Resume(path, network, new Sgd(0.1f), shuffling: Shuffling.Shards(20));
        Assert.Equal(Shuffling.Shards(20), resumed.Shuffling);
    }

    [Fact]
    public void It_allocates_nothing()
    {
        var order = new int[103];
        var shuffling = Shuffling.Shards(10, within: true);
        EpochOrder.Fill(order, 1, 0, shuffling);
        Assert.Equal(0, Allocation.Least(() => EpochOrder.Fill(order, 1, 1, shuffling)));
    }

    [Fact]
    public void An_empty_shard_is_refused() =>
        Assert.Contains("A shard of 0 examples holds none", Assert.Throws<ArgumentOutOfRangeException>(() => Shuffling.Shards(0)).Message, StringComparison.Ordinal);

    // The shards of an order as text; where one is smaller, each is known by its first example as it was dealt.
    private static string[] Shards(int[] order, int count, int size)
    {
        if (count % size == 0)
            return [.. order.Chunk(size).Select(shard => string.Join(',', shard))];
        var dealt = Enumerable.Range(0, count).ToArray();
        new Philox(1, RandomPurpose.DataOrder, ulong.MaxValue).Shuffle(dealt.AsSpan());
        var firsts = dealt.Chunk(size).ToDictionary(shard => shard[0], shard => shard.Length);
        var shards = new List<string>();
        for (var at = 0; at < order.Length; at += firsts[order[at]])
            shards.Add(string.Join(',', order.AsSpan(at, firsts[order[at]]).ToArray()));
        return [.. shards];
    }

    private static int[] Order(int count, long epoch, Shuffling shuffling)
    {
        var order = new int[count];
        EpochOrder.Fill(order, 1, epoch, shuffling);
        return order;
    }

    private static int[] Plain(int count, long epoch)
    {
        var order = new int[count];
        EpochOrder.Fill(order, 1, epoch);
        return order;
    }
}
