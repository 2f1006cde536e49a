namespace Batchwise.Tests;

public class EpochOrderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(997)]
    public void Every_example_comes_once(int count) =>
        Assert.Equal(Enumerable.Range(0, count), Order(count, 1, 0).Order());

    [Fact]
    public void Seed_and_epoch_alone_fix_the_order()
    {
        var order = Order(1000, 7, 3);
        Assert.Equal(order, Order(1000, 7, 3));
        Assert.NotEqual(order, Order(1000, 7, 4));
        Assert.NotEqual(order, Order(1000, 8, 3));
    }

    [Fact]
    public void The_order_stays_what_it_was_in_earlier_versions() =>
        Assert.Equal([3, 4, 1, 7, 6, 5, 2, 9, 0, 8], Order(10, 1, 0));

    [Fact]
    public void Every_example_is_as_likely_at_every_place()
    {
        // 6,000 epochs of 6 examples: 1,000 expected in each of the 36 cells, with a deviation below 29; five of them are allowed.
        var seen = new int[6, 6];
        for (var epoch = 0; epoch < 6000; epoch++)
        {
            var order = Order(6, 5, epoch);
            for (var place = 0; place < 6; place++)
                seen[place, order[place]]++;
        }
        Assert.All(seen.Cast<int>(), count => Assert.InRange(count, 855, 1145));
    }

    [Fact]
    public void It_allocates_nothing()
    {
        var order = new int[1000];
        EpochOrder.Fill(order, 1, 0);
        Assert.Equal(0, Allocation.Least(() => EpochOrder.Fill(order, 1, 1)));
    }

    [Fact]
    public void A_negative_epoch_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => EpochOrder.Fill(new int[3], 1, -1));

    private static int[] Order(int count, ulong seed, long epoch)
    {
        var order = new int[count];
        EpochOrder.Fill(order, seed, epoch);
        return order;
    }
}
