using System.Globalization;

namespace Batchwise.Tests.Tensors;

public class ShapeTests
{
    [Fact]
    public void An_image_has_positions_and_channels()
    {
        var shape = new Shape(28, 14, 3);
        Assert.Equal(3, shape.Rank);
        Assert.Equal(28 * 14 * 3, shape.Size);
        Assert.Equal(28 * 14, shape.Positions);
        Assert.Equal(3, shape.Channels);
        Assert.Equal(14, shape[1]);
        Assert.Equal([28, 14, 3], shape.Dimensions);
        Assert.Equal("[28, 14, 3]", shape.ToString());
    }

    [Fact]
    public void A_vector_has_one_position()
    {
        var shape = new Shape(784);
        Assert.Equal((1, 784, 784), (shape.Positions, shape.Channels, shape.Size));
        Assert.Equal("[784]", shape.ToString());
    }

    [Fact]
    public void Shapes_are_equal_where_their_extents_are()
    {
        var shape = new Shape(2, 3);
        var same = new Shape(2, 3);
        Assert.True(shape == same);
        Assert.False(shape != same);
        Assert.True(shape.Equals((object)same));
        Assert.Equal(shape.GetHashCode(), same.GetHashCode());
    }

    [Fact]
    public void Order_and_number_of_extents_tell_shapes_apart()
    {
        Shape[] shapes = [new(6), new(2, 3), new(3, 2), new(1, 6), new(6, 1), new(1, 2, 3), default];
        for (var i = 0; i < shapes.Length; i++)
        {
            for (var j = 0; j < shapes.Length; j++)
                Assert.Equal(i == j, shapes[i] == shapes[j]);
        }
        Assert.False(shapes[0].Equals(null));
        Assert.False(shapes[0].Equals("[6]"));
    }

    [Fact]
    public void A_shape_does_not_change_with_the_array_it_was_made_of()
    {
        int[] extents = [2, 3];
        var shape = new Shape(extents);
        extents[0] = 5;
        Assert.Equal(new Shape(2, 3), shape);
    }

    [Fact]
    public void The_default_is_a_shape_without_extents()
    {
        Shape shape = default;
        Assert.Equal((0, 0, "[]"), (shape.Rank, shape.Size, shape.ToString()));
        Assert.Equal(default, shape);
        Assert.Equal(default(Shape).GetHashCode(), shape.GetHashCode());
    }

    [Fact]
    public void One_to_eight_extents_are_allowed()
    {
        Assert.Equal(8, new Shape(1, 2, 1, 2, 1, 2, 1, 2).Rank);
        Assert.Contains("one to eight extents, not 0", Assert.Throws<ArgumentException>(() => new Shape(ReadOnlySpan<int>.Empty)).Message, StringComparison.Ordinal);
        Assert.Contains("one to eight extents, not 9", Assert.Throws<ArgumentException>(() => new Shape(1, 1, 1, 1, 1, 1, 1, 1, 1)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "Extent 0 in [4, 0] is below 1")]
    [InlineData(-7, "Extent -7 in [4, -7] is below 1")]
    [InlineData(int.MinValue, "Extent -2147483648 in [4, -2147483648] is below 1")]
    public void An_extent_below_1_is_named(int extent, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<ArgumentException>("dimensions", () => new Shape(4, extent)).Message, StringComparison.Ordinal);

    [Fact]
    public void Messages_do_not_depend_on_the_culture()
    {
        var before = CultureInfo.CurrentCulture;
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NegativeSign = "minus ";
        try
        {
            CultureInfo.CurrentCulture = culture;
            An_extent_below_1_is_named(-7, "Extent -7 in [4, -7] is below 1");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void The_size_may_reach_its_limit() => Assert.Equal(Shape.MaxSize, new Shape(Shape.MaxSize, 1).Size);

    [Theory]
    [InlineData(65536, 32768)]
    [InlineData(65536, 65536)]
    [InlineData(46341, 46341)]
    [InlineData(Shape.MaxSize, 2)]
    [InlineData(Shape.MaxSize + 1)]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue)]
    [InlineData(1 << 30, 1 << 30, 1 << 30, 1 << 30, 1 << 30, 1 << 30, 1 << 30, 1 << 30)]
    public void A_size_beyond_it_is_refused(params int[] extents)
    {
        var message = Assert.Throws<ArgumentException>("dimensions", () => new Shape(extents)).Message;
        Assert.StartsWith($"Shape [{string.Join(", ", extents)}] has more than 1073741824 elements", message, StringComparison.Ordinal);
    }
}
