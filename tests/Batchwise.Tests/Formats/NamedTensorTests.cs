using System.Collections.Immutable;

namespace Batchwise.Tests.Formats;

public class NamedTensorTests
{
    [Fact]
    public void Floats_are_kept_bit_by_bit()
    {
        float[] values = [0f, -0f, 1.5f, float.NaN, float.PositiveInfinity, float.Epsilon];
        var tensor = NamedTensor.From("w", [2, 3], values);
        Assert.Equal(("w", ElementType.Float32, 6), (tensor.Name, tensor.ElementType, tensor.Count));
        Assert.Equal([2, 3], tensor.Shape);
        Assert.Equal(values.Select(BitConverter.SingleToInt32Bits), tensor.ToSingle().Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(values.Select(value => (double)value), tensor.ToDouble());
    }

    [Fact]
    public void Doubles_are_rounded_to_the_nearest_float()
    {
        var tensor = NamedTensor.From("w", [4], [0.1, 1 + 1e-9, double.NegativeInfinity, double.NaN]);
        Assert.Equal([0.1, 1 + 1e-9, double.NegativeInfinity, double.NaN], tensor.ToDouble());
        Assert.Equal([0.1f, 1f, float.NegativeInfinity, float.NaN], tensor.ToSingle());
    }

    [Fact]
    public void A_double_beyond_float_is_refused_rather_than_made_infinite()
    {
        var message = Assert.Throws<InvalidDataException>(() => NamedTensor.From("w", [2], [1, -1e39]).ToSingle()).Message;
        Assert.Equal("Tensor 'w' holds -1E+39, which exceeds float32: read it as double, or rescale it.", message);
    }

    [Fact]
    public void Integers_of_all_sizes_become_64_bit_integers()
    {
        Assert.Equal([long.MinValue, -1, long.MaxValue], NamedTensor.From("l", [3], new[] { long.MinValue, -1, long.MaxValue }).ToInt64());
        Assert.Equal([int.MinValue, -1, int.MaxValue], NamedTensor.From("i", [3], new[] { int.MinValue, -1, int.MaxValue }).ToInt64());
        Assert.Equal([0, 128, 255], NamedTensor.From("b", [3], new byte[] { 0, 128, 255 }).ToInt64());
    }

    [Fact]
    public void Bytes_are_little_endian() =>
        Assert.Equal([4, 3, 2, 1], NamedTensor.From("i", [1], new[] { 0x01020304 }).Bytes.ToArray());

    [Fact]
    public void A_tensor_of_the_wrong_kind_says_so()
    {
        var labels = NamedTensor.From("labels", [2], new long[] { 1, 2 });
        var expected = "Tensor 'labels' holds Int64, where floating-point numbers are needed: check that the file is the one meant, or convert the tensor.";
        Assert.Equal(expected, Assert.Throws<InvalidDataException>(() => labels.ToSingle()).Message);
        Assert.Equal(expected, Assert.Throws<InvalidDataException>(() => labels.ToDouble()).Message);
        Assert.Throws<InvalidDataException>(() => NamedTensor.From("w", [1], [1f]).ToInt64());
        Assert.Throws<InvalidDataException>(() => NamedTensor.From("w", [1], [1d]).ToInt64());
    }

    [Fact]
    public void A_single_number_has_no_extents()
    {
        var tensor = NamedTensor.From("t", [], [3f]);
        Assert.Equal((1, "t: Float32 []"), (tensor.Count, tensor.ToString()));
        Assert.Equal([3f], tensor.ToSingle());
    }

    [Fact]
    public void An_extent_of_zero_empties_a_tensor_whatever_the_others_are()
    {
        Assert.Equal(0, NamedTensor.From("t", [3, 0], ReadOnlySpan<float>.Empty).Count);
        Assert.Empty(NamedTensor.From("t", [int.MaxValue, int.MaxValue, int.MaxValue, 0], ReadOnlySpan<long>.Empty).ToInt64());
    }

    [Fact]
    public void Values_are_copied()
    {
        float[] values = [1, 2];
        var tensor = NamedTensor.From("w", [2], values);
        values[0] = 5;
        tensor.ToSingle()[1] = 5;
        Assert.Equal([1f, 2f], tensor.ToSingle());
    }

    [Theory]
    [InlineData("2", 3)]
    [InlineData("2,2", 3)]
    [InlineData("", 0)]
    [InlineData("", 2)]
    [InlineData("-1,-3", 3)]
    [InlineData("0,-3", 0)]
    [InlineData("2147483647,2147483647,2147483647,2147483647", 1)]
    [InlineData("65536,65536,65536,65536", 0)]
    public void A_shape_that_does_not_fit_the_values_is_refused(string extents, int count)
    {
        ImmutableArray<int> shape = [.. extents.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
        var message = Assert.Throws<ArgumentException>("shape", () => NamedTensor.From("w", shape, new float[count])).Message;
        Assert.StartsWith($"Tensor 'w' of shape [{string.Join(", ", shape)}] was given {count} values", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_default_shape_is_refused() =>
        Assert.Throws<ArgumentException>("shape", () => NamedTensor.From("w", default, [1f]));

    [Fact]
    public void A_name_that_no_file_can_hold_is_refused()
    {
        // In one test: a runner that hands names over as UTF-8 would mend the surrogates.
        string[] names = ["__metadata__", "a\ud800b", "\udc00"];
        Assert.All(names, name => Assert.Throws<ArgumentException>(nameof(name), () => NamedTensor.From(name, [1], [1f])));
    }

    [Fact]
    public void Foreign_text_is_cut_and_cleaned_in_messages()
    {
        Assert.Equal("'a?b?c?d'", Quotation.Of("a\nb\u0007c\ud800d"));
        Assert.Equal($"'{new string('x', 60)}...'", Quotation.Of(new string('x', 1_000_000)));
        Assert.Equal("'\u03b3.weight'", Quotation.Of("\u03b3.weight"));
    }
}
