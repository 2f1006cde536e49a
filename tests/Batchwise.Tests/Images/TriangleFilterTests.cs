using Batchwise.Images;

namespace Batchwise.Tests.Images;

public class TriangleFilterTests
{
    [Fact]
    public void Twice_as_large_is_bilinear()
    {
        // Places of 2 pixels at 4: -0.25, 0.25, 0.75, 1.25, so weights of the second 0, 1/4, 3/4, 1.
        Assert.Equal([0, 25, 75, 100], Resized(2, 2, 4, x => (byte)(100 * x))[..4]);
    }

    [Fact]
    public void Half_as_large_averages_over_four_with_weights_1_3_3_1()
    {
        // The second of four: middle 2.5 of eight, pixels 1 to 4 with weights 1, 3, 3, 1 eighths: (1 * 1 + 3 * 2 + 3 * 3 + 1 * 4) * 10 / 8 = 25.
        Assert.Equal(25, Resized(8, 8, 4, x => (byte)(10 * x))[1]);
    }

    [Fact]
    public void Of_an_oblong_image_the_middle_is_taken() => Assert.Equal([20, 30], Resized(2, 6, 2, x => (byte)(10 * x))[..2]);

    // The first channel of an image whose values depend on the column alone.
    private static byte[] Resized(int height, int width, int size, Func<int, byte> column)
    {
        var source = new byte[height * width * 3];
        for (var i = 0; i < source.Length; i++)
            source[i] = column(i / 3 % width);
        var result = new byte[size * size * 3];
        TriangleFilter.Resize(source, height, width, size, result);
        return [.. result.Where((_, i) => i % 3 == 0)];
    }
}
