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

    [Fact]
    public void The_middle_part_has_the_proportions_of_the_result()
    {
        // Of 4 x 8 pixels 2 x 1 is a part of 4 x 2 in the middle, 1 x 4 one of 2 x 8, and 4 x 8 all.
        byte[] Place(int row, int column) => [(byte)(10 * row), (byte)(10 * column), 0];
        byte[] source = [.. from row in Enumerable.Range(0, 4) from column in Enumerable.Range(0, 8) from value in Place(row, column) select value];
        byte[] To(int height, int width)
        {
            var result = new byte[height * width * 3];
            TriangleFilter.Resize(source, 4, 8, height, width, result);
            return result;
        }
        Assert.Equal(source, To(4, 8));
        Assert.Equal([.. Place(0, 2), .. Place(0, 3), .. Place(0, 4), .. Place(0, 5)], To(4, 4)[..12]);
        Assert.All([0, 3], i => Assert.Equal(35, To(2, 1)[i + 1]));
        Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(15, To(1, 4)[i * 3]));
    }

    // The first channel of an image whose values depend on the column alone.
    private static byte[] Resized(int height, int width, int size, Func<int, byte> column)
    {
        var source = new byte[height * width * 3];
        for (var i = 0; i < source.Length; i++)
            source[i] = column(i / 3 % width);
        var result = new byte[size * size * 3];
        TriangleFilter.Resize(source, height, width, size, size, result);
        return [.. result.Where((_, i) => i % 3 == 0)];
    }
}
