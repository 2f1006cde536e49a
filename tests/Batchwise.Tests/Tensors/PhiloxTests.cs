using System.Numerics;

namespace Batchwise.Tests.Tensors;

public class PhiloxTests
{
    // Counter words are (block, purpose, index low, index high), the key is the seed's (low, high).
    // Values: Random123, kat_vectors, philox4x32 with 10 rounds.
    [Theory]
    [InlineData(0x00000000u, 0x00000000u, 0x0000000000000000ul, 0x0000000000000000ul, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(0xffffffffu, 0xffffffffu, 0xfffffffffffffffful, 0xfffffffffffffffful, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x0370734413198a2eul, 0x299f31d0a4093822ul, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Blocks_are_those_of_Random123(uint block, uint purpose, ulong index, ulong seed, uint a, uint b, uint c, uint d) =>
        Assert.Equal((a, b, c, d), Philox.Block(seed, (RandomPurpose)unchecked((int)purpose), index, block));

    [Fact]
    public void A_stream_is_its_blocks_in_order()
    {
        var stream = new Philox(11, RandomPurpose.Dropout, 1UL << 40);
        for (uint block = 0; block < 100; block++)
            Assert.Equal(Philox.Block(11, RandomPurpose.Dropout, 1UL << 40, block), (stream.NextBits(), stream.NextBits(), stream.NextBits(), stream.NextBits()));
    }

    [Fact]
    public void A_copied_stream_goes_on_by_itself()
    {
        var stream = new Philox(5, RandomPurpose.Weights, 0);
        stream.NextBits();
        var copy = stream;
        var expected = Enumerable.Range(0, 50).Select(_ => copy.NextBits()).ToArray();
        Assert.Equal(expected, Enumerable.Range(0, 50).Select(_ => stream.NextBits()));
    }

    [Fact]
    public void A_stream_made_without_arguments_is_the_stream_of_zeros()
    {
        var stream = default(Philox);
        Assert.Equal(0x6627e8d5u, stream.NextBits());
        Assert.Equal(0xe169c58du, stream.NextBits());
    }

    [Fact]
    public void Streams_that_differ_in_seed_purpose_or_index_share_no_words()
    {
        var words = new HashSet<(uint, uint, uint, uint)>();
        ulong[] numbers = [0, 1, 2, 1UL << 31, 1UL << 32, 1UL << 63, ulong.MaxValue];
        foreach (var seed in numbers)
        {
            foreach (var index in numbers)
            {
                foreach (var purpose in Enum.GetValues<RandomPurpose>())
                {
                    for (uint block = 0; block < 8; block++)
                        Assert.True(words.Add(Philox.Block(seed, purpose, index, block)));
                }
            }
        }
        Assert.Equal(7 * 7 * Enum.GetValues<RandomPurpose>().Length * 8, words.Count);
    }

    [Fact]
    public void A_changed_bit_of_the_input_changes_half_of_the_output()
    {
        var origin = Philox.Block(1, RandomPurpose.Experiment, 1, 1);
        for (var bit = 0; bit < 64; bit++)
        {
            var changes = Distance(origin, Philox.Block(1 ^ (1UL << bit), RandomPurpose.Experiment, 1, 1))
                + Distance(origin, Philox.Block(1, RandomPurpose.Experiment, 1 ^ (1UL << bit), 1))
                + Distance(origin, Philox.Block(1, RandomPurpose.Experiment, 1, 1 ^ (1u << (bit % 32))));
            // 384 fair coins: 192 of them, with a deviation of 9.8.
            Assert.InRange(changes, 192 - 50, 192 + 50);
        }
    }

    [Fact]
    public void Singles_are_the_upper_24_bits()
    {
        var bits = new Philox(3, RandomPurpose.Weights, 0);
        var singles = bits;
        for (var i = 0; i < 10_000; i++)
        {
            var value = singles.NextSingle();
            Assert.InRange(value, 0f, 1f - 1f / (1 << 24));
            Assert.Equal(bits.NextBits() >> 8, value * (1 << 24));
        }
    }

    [Fact]
    public void Doubles_lie_below_1_and_use_all_their_53_bits()
    {
        const int draws = 20_000;
        var stream = new Philox(4, RandomPurpose.Experiment, 9);
        var ones = new int[53];
        for (var i = 0; i < draws; i++)
        {
            var value = stream.NextDouble();
            Assert.InRange(value, 0, 1 - 1.0 / (1L << 53));
            var scaled = value * (1L << 53);
            Assert.Equal(Math.Floor(scaled), scaled);
            for (var bit = 0; bit < 53; bit++)
                ones[bit] += (int)((long)scaled >> bit & 1);
        }
        // Fair coins: five deviations of sqrt(draws) / 2.
        Assert.All(ones, count => Assert.InRange(count, draws / 2 - 354, draws / 2 + 354));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(257)]
    public void Integers_are_bounded_and_equally_likely(int bound)
    {
        var counts = new int[bound];
        var stream = new Philox(1, RandomPurpose.DataOrder, (ulong)bound);
        for (var i = 0; i < 1000 * bound; i++)
            counts[stream.NextInt(bound)]++;
        AssertUniform(counts, 1000);
    }

    [Fact]
    public void Integers_are_equally_likely_where_the_bound_does_not_divide_two_to_the_32()
    {
        // Without rejection two residues of three would have 3 of the 2^32 words each and the third 2.
        var counts = new int[3];
        var stream = new Philox(2, RandomPurpose.DataOrder, 0);
        for (var i = 0; i < 90_000; i++)
        {
            var value = stream.NextInt(3 << 29);
            Assert.InRange(value, 0, (3 << 29) - 1);
            counts[value % 3]++;
        }
        AssertUniform(counts, 30_000);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void A_bound_below_1_is_refused(int bound) =>
        Assert.Throws<ArgumentOutOfRangeException>(nameof(bound), () => new Philox(1, RandomPurpose.Weights, 0).NextInt(bound));

    [Fact]
    public void Normal_numbers_have_the_moments_of_the_normal_distribution()
    {
        const int draws = 200_000;
        var stream = new Philox(7, RandomPurpose.Weights, 0);
        Span<double> moments = stackalloc double[5];
        for (var i = 0; i < draws; i++)
        {
            var value = stream.NextNormal();
            Assert.True(double.IsFinite(value));
            for (var k = 1; k <= 4; k++)
                moments[k] += Math.Pow(value, k) / draws;
        }
        // Each within five of its own deviations: Var(x^k) = E(x^2k) - E(x^k)^2 is 1, 2, 15, 96.
        Assert.Equal(0, moments[1], 5 * Math.Sqrt(1.0 / draws));
        Assert.Equal(1, moments[2], 5 * Math.Sqrt(2.0 / draws));
        Assert.Equal(0, moments[3], 5 * Math.Sqrt(15.0 / draws));
        Assert.Equal(3, moments[4], 5 * Math.Sqrt(96.0 / draws));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public void A_shuffle_keeps_every_item_once(int count)
    {
        var items = Enumerable.Range(0, count).ToArray();
        new Philox(1, RandomPurpose.DataOrder, 3).Shuffle<int>(items);
        Assert.Equal(Enumerable.Range(0, count), items.Order());
        Assert.True(count < 3 || !items.SequenceEqual(Enumerable.Range(0, count)));
    }

    [Fact]
    public void Every_order_of_a_shuffle_is_equally_likely()
    {
        var counts = new Dictionary<string, int>();
        var stream = new Philox(6, RandomPurpose.DataOrder, 0);
        for (var i = 0; i < 24 * 1000; i++)
        {
            var items = "abcd".ToCharArray();
            stream.Shuffle<char>(items);
            var order = new string(items);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }
        Assert.Equal(24, counts.Count);
        AssertUniform(counts.Values, 1000);
    }

    private static int Distance((uint, uint, uint, uint) x, (uint, uint, uint, uint) y) =>
        BitOperations.PopCount(x.Item1 ^ y.Item1) + BitOperations.PopCount(x.Item2 ^ y.Item2)
        + BitOperations.PopCount(x.Item3 ^ y.Item3) + BitOperations.PopCount(x.Item4 ^ y.Item4);

    /// <summary>Chi-square: its mean is n - 1 and its deviation sqrt(2(n - 1)); five of them are allowed.</summary>
    private static void AssertUniform(ICollection<int> counts, double expected)
    {
        var freedom = counts.Count - 1;
        var chiSquare = counts.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.InRange(chiSquare, 0, freedom + 5 * Math.Sqrt(2 * freedom) + 1e-9);
    }
}
