using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels;

/// <summary>Maxima and averages under windows, held against the layers' references in float64.</summary>
[Trait("leg", "instruction-set")]
public class PoolingTests
{
    /// <summary>A sum of at most some hundred values, rounded at each.</summary>
    private const double Bound = 2e-6;

    private static readonly int[] Channels = [1, 3, 5, 16, 33, 64];

    private static readonly Dictionary<string, (Window Window, bool Ceil, int Height, int Width)> Windows = new()
    {
        ["3x3 by 1, padded"] = (Window.Square(3, 1, Padding.All(1)), false, 7, 5),
        ["3x3 by 1"] = (Window.Square(3, 1), false, 6, 4),
        ["3x3 by 2, rounded up"] = (Window.Square(3, 2), true, 8, 8),
        ["3x3 by 2, padded"] = (Window.Square(3, 2, Padding.All(1)), false, 9, 6),
        ["3x3 by 2, padded, rounded up"] = (Window.Square(3, 2, Padding.All(1)), true, 8, 7),
        ["3x3 by 3"] = (Window.Square(3, 3), false, 10, 11),
        ["2x2 by 2, odd"] = (Window.Square(2, 2), false, 7, 5),
        ["2x2 by 2, odd, rounded up"] = (Window.Square(2, 2), true, 7, 5),
        ["1x1 by 3, that misses most"] = (Window.Square(1, 3), false, 7, 8),
        ["5x5 by 1, the size kept"] = (Window.Square(5, 1, Padding.Same), false, 6, 9),
        ["4x3 by 3x2, uneven padding"] = (new Window(4, 3) { StrideY = 3, StrideX = 2, Padding = new(2, 1, 0, 2) }, false, 9, 10),
        ["5x2 by 1x3"] = (new Window(5, 2) { StrideX = 3 }, true, 8, 9),
        ["the whole map"] = (Window.Square(6, 1), false, 6, 6),
        ["larger than the map"] = (Window.Square(5, 1, Padding.All(4)), false, 2, 3),
        ["16x16"] = (Window.Square(16, 5, Padding.All(3)), true, 19, 21),
        ["17x3, whose winners take more than a byte"] = (new Window(17, 3) { StrideY = 2, Padding = new(4, 4, 1, 1) }, false, 18, 7),
    };

    public static TheoryData<string> Names => [.. Windows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Maxima_and_their_gradients_are_right(string name) => Maxima(name, null);

    [Theory]
    [MemberData(nameof(Names))]
    public void Of_equal_values_the_first_wins_and_NaN_wins_over_all(string name) => Maxima(name, (normal, number) => (number % 13) switch
    {
        0 => float.NaN,
        1 => float.NegativeInfinity,
        2 => -0f,
        3 => 0f,
        _ => MathF.Round(normal),
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void The_least_difference_between_values_decides(string name)
    {
        // Neighbours among the floats, near one and far below.
        Maxima(name, (_, number) => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(1) + number * 7919 % 5));
        Maxima(name, (normal, _) => normal * 1e-9f);
        Maxima(name, (normal, _) => normal * 1e-30f);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_map_of_one_value_gives_the_gradient_to_the_first_place(string name) => Maxima(name, (_, _) => float.NegativeInfinity);

    [Theory]
    [MemberData(nameof(Names))]
    public void Averages_and_their_gradients_are_right(string name)
    {
        foreach (var countPadding in new[] { false, true })
        {
            foreach (var channels in Channels)
            {
                var (window, ceil, height, width) = Windows[name];
                var pool = new PoolCase(new AveragePool(window) { CeilMode = ceil, CountPadding = countPadding }, height, width, channels);
                var y = pool.Forward(4, null);
                y.AssertNear((row, channel) => pool.At(pool.Y, row, channel), Bound, 1);
                Assert.Equal(y.Span, pool.Forward(1, null).Span);
                Gradients(pool, null);
            }
        }
    }

    [Fact]
    public void Tensors_that_do_not_hold_the_maps_are_refused()
    {
        var pool = new PoolCase(new MaxPool(Window.Square(2, 2)), 4, 4, 3);
        var (shape, x, y) = (pool.Shape, pool.X, pool.Forward(9, null));
        var (winners, scratch) = (pool.Winners(), new float[MaxPooling.Scratch(pool.Shape)]);
        Assert.Contains("x of a pool has 12 lines", Message(() => MaxPooling.Run(shape, x.Span[1..], x.Stride, y.Span, y.Stride, winners, 0, 6, scratch)), StringComparison.Ordinal);
        Assert.Contains("y of a pool has 6 lines", Message(() => MaxPooling.Run(shape, x.Span, x.Stride, y.Span[1..], y.Stride, winners, 0, 6, scratch)), StringComparison.Ordinal);
        Assert.Contains("stride of 2", Message(() => MaxPooling.Run(shape, x.Span, 2, y.Span, y.Stride, winners, 0, 6, scratch)), StringComparison.Ordinal);
        Assert.Contains("winners", Message(() => MaxPooling.Run(shape, x.Span, x.Stride, y.Span, y.Stride, winners.AsSpan(1), 0, 6, scratch)), StringComparison.Ordinal);
        Assert.Contains("scratch", Message(() => MaxPooling.Run(shape, x.Span, x.Stride, y.Span, y.Stride, winners, 0, 6, scratch.AsSpan(1))), StringComparison.Ordinal);
        Assert.Contains("winners", Message(() => MaxPoolingBackward.Run(shape, y.Span, y.Stride, winners.AsSpan(1), x.Span, x.Stride, false, 0, 12)), StringComparison.Ordinal);
        Assert.Contains("dy of a pool", Message(() => MaxPoolingBackward.Run(shape, y.Span[1..], y.Stride, winners, x.Span, x.Stride, false, 0, 12)), StringComparison.Ordinal);
        Assert.Contains("factors", Message(() => AveragePooling.Forward(shape, new float[3], x.Span, x.Stride, y.Span, y.Stride, 0, 6, scratch)), StringComparison.Ordinal);
        Assert.Contains("dx of a pool", Message(() => AveragePooling.Backward(shape, new float[4], y.Span, y.Stride, x.Span[1..], x.Stride, false, 0, 12, new float[64])), StringComparison.Ordinal);
    }

    private static void Maxima(string name, Func<float, int, float>? value)
    {
        foreach (var channels in Channels)
        {
            var (window, ceil, height, width) = Windows[name];
            var pool = new PoolCase(new MaxPool(window) { CeilMode = ceil }, height, width, channels, value);
            var winners = pool.Winners();
            var y = pool.Forward(4, winners);
            for (var row = 0; row < y.Rows; row++)
            {
                for (var channel = 0; channel < channels; channel++)
                    Assert.Equal(pool.At(pool.Y, row, channel), (double)y[row, channel]);
            }
            // What is kept for backward, and how lines are cut into tasks, changes no bit.
            Assert.Equal(y.Span, pool.Forward(4, null).Span);
            var again = pool.Winners();
            Assert.Equal(y.Span, pool.Forward(1, again).Span);
            Assert.Equal(winners.Select(BitConverter.SingleToInt32Bits), again.Select(BitConverter.SingleToInt32Bits));
            Gradients(pool, winners);
        }
    }

    private static void Gradients(PoolCase pool, float[]? winners)
    {
        foreach (var accumulate in new[] { false, true })
        {
            var dx = new GuardedMatrix(pool.X.Rows, pool.X.Columns, pool.X.Stride, 5);
            if (!accumulate)
                dx.Fill((_, _) => float.NaN);
            var (before, other) = (dx.Copy(), dx.Copy());
            pool.Backward(dx, 4, winners, accumulate);
            dx.AssertNear((row, channel) => pool.At(pool.Dx, row, channel) + (accumulate ? before[row, channel] : 0), Bound, 3);
            pool.Backward(other, 1, winners, accumulate);
            Assert.Equal(dx.Span, other.Span);
        }
    }

    private static string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;
}
