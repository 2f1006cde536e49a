namespace Batchwise.Tests.Kernels;

/// <summary>What every width of vector promises; true also where the width is only emulated.</summary>
[Trait("leg", "instruction-set")]
[Trait("leg", "no-intrinsics")]
public class VectorOperationsTests
{
    /// <summary>The vectors, and a strip of four.</summary>
    public static TheoryData<int> Widths => [4, 8, 16, 64];

    public static TheoryData<int> Vectors => [4, 8, 16];

    [Theory, MemberData(nameof(Widths))]
    public void Arithmetic_is_that_of_floats(int width)
    {
        var v = VectorFacade.Of(width);
        Assert.Equal(width, v.Width);
        var a = Values(width, 1);
        var b = Values(width, 2);
        Assert.Equal(new float[width], v.Zero());
        Assert.Equal([.. Enumerable.Repeat(0.1f, width)], v.Broadcast(0.1f));
        Assert.Equal(Lanes(width, i => a[i] + b[i]), v.Add(a, b));
        Assert.Equal(Lanes(width, i => a[i] - b[i]), v.Subtract(a, b));
        Assert.Equal(Lanes(width, i => a[i] * b[i]), v.Multiply(a, b));
        Assert.Equal(Lanes(width, i => a[i] / b[i]), v.Divide(a, b));
        Assert.Equal(Lanes(width, i => MathF.Abs(a[i])), v.Abs(a));
        Assert.Equal(Lanes(width, i => MathF.Sqrt(MathF.Abs(a[i]))), v.Sqrt(v.Abs(a)));
    }

    [Theory, MemberData(nameof(Widths))]
    public void Multiply_add_rounds_once_or_twice(int width)
    {
        var v = VectorFacade.Of(width);
        var (a, b, c) = (Values(width, 1), Values(width, 2), Values(width, 3));
        var actual = v.MultiplyAdd(a, b, c);
        for (var i = 0; i < width; i++)
            Assert.True(actual[i] == MathF.FusedMultiplyAdd(a[i], b[i], c[i]) || actual[i] == a[i] * b[i] + c[i]);
    }

    [Theory, MemberData(nameof(Widths))]
    public void Comparisons_choose_lanes_and_keep_NaN_visible(int width)
    {
        var v = VectorFacade.Of(width);
        var a = Values(width, 1);
        var b = Values(width, 2);
        (a[0], b[1]) = (float.NaN, float.NaN);
        Assert.Equal(Lanes(width, i => MathF.Max(a[i], b[i])), v.Max(a, b));
        Assert.Equal(Lanes(width, i => MathF.Min(a[i], b[i])), v.Min(a, b));
        Assert.Equal(Lanes(width, i => a[i] > b[i] ? a[i] : -1f), v.Select(v.GreaterThan(a, b), a, v.Broadcast(-1f)));
        Assert.True(float.IsNaN(v.Max(a, b)[1]) && float.IsNaN(v.Min(a, b)[0]));
    }

    [Theory, MemberData(nameof(Widths))]
    public void Rounding_goes_to_even_and_scaling_is_exact(int width)
    {
        var v = VectorFacade.Of(width);
        var halves = Lanes(width, i => i - width / 2 + 0.5f);
        Assert.Equal(Lanes(width, i => MathF.Round(halves[i], MidpointRounding.ToEven)), v.Round(halves));
        var a = Values(width, 1);
        Assert.Equal(Lanes(width, i => MathF.ScaleB(a[i], 3 - i)), v.ScaleByPowerOfTwo(a, Lanes(width, i => 3 - i)));
    }

    [Theory, MemberData(nameof(Widths))]
    public void Sum_adds_every_lane(int width) =>
        Assert.Equal(width * (width + 1) / 2, VectorFacade.Of(width).Sum(Lanes(width, i => i + 1)));

    [Theory, MemberData(nameof(Vectors))]
    public void Partial_vectors_touch_only_their_lanes(int width)
    {
        var v = VectorFacade.Of(width);
        var a = Values(width, 1);
        for (var count = 0; count <= width; count++)
        {
            // The array ends with the last lane that may be read; what is behind it belongs to others.
            Assert.Equal(Lanes(width, i => i < count ? a[i] : 0f), v.LoadPartial(a.AsSpan(0, count).ToArray(), count));
            var target = new float[width + 1];
            Array.Fill(target, 7f);
            v.StorePartial(a, target, count);
            Assert.Equal([.. a[..count], .. Enumerable.Repeat(7f, width + 1 - count)], target);
        }
    }

    private static float[] Lanes(int width, Func<int, float> lane) => [.. Enumerable.Range(0, width).Select(lane)];

    private static float[] Values(int width, ulong stream)
    {
        var random = new Philox(1, RandomPurpose.Experiment, stream);
        return Lanes(width, _ => random.NextSingle() * 4 - 2);
    }
}
