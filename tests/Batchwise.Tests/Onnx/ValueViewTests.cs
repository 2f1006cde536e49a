using Batchwise.Onnx;

namespace Batchwise.Tests.Onnx;

/// <summary>How ONNX sees values that lie in another order.</summary>
public class ValueViewTests
{
    private static readonly ValueView Map = ValueView.ChannelsFirst(new Shape(3, 3, 2));

    [Fact]
    public void Places_lead_from_memory_to_the_order_of_ONNX()
    {
        // Memory: place by place, both channels of each. ONNX: the nine places of channel 0, then those of channel 1.
        Assert.Equal([2, 3, 3], Map.Dims);
        Assert.Equal([0, 9, 1, 10, 2, 11, 3, 12, 4, 13, 5, 14, 6, 15, 7, 16, 8, 17], Map.Places());
    }

    [Fact]
    public void Equal_extents_in_another_order_are_not_the_same()
    {
        var turned = Map.Transpose([0, 2, 1]);
        Assert.Equal(Map.Dims, turned.Dims);
        Assert.False(Map.SameAs(turned));
        Assert.True(Map.SameAs(turned.Transpose([0, 2, 1])));
        // With three equal extents the order alone tells them apart.
        var cube = ValueView.Plain(3, 3, 3);
        Assert.False(cube.Transpose([2, 1, 0]).SameAs(cube.Transpose([1, 0, 2])));
    }

    [Fact]
    public void Reshaping_regroups_and_cuts_factors_and_moves_nothing()
    {
        var flat = Map.Reshape([18])!;
        Assert.Equal(Map.Places(), flat.Places());
        Assert.False(flat.IsPlain);
        Assert.True(flat.Reshape([2, 3, 3])!.SameAs(Map));
        Assert.True(ValueView.Plain(3, 4).Reshape([4, 3])!.IsPlain);
        Assert.Equal([2, 1, 9], Map.Reshape([2, 1, 9])!.Dims);
        Assert.Null(Map.Reshape([3, 6]));
        Assert.Null(Map.Reshape([2, 3]));
    }
}
