using Batchwise.Cli;

namespace Batchwise.Tests.Cli;

public class PictureTests
{
    [Theory]
    [InlineData(28, 28, 28, 28)]
    [InlineData(32, 32, 32, 32)]
    [InlineData(33, 20, 17, 10)]
    [InlineData(224, 224, 32, 32)]
    [InlineData(225, 224, 29, 28)]
    [InlineData(1, 4096, 1, 32)]
    [InlineData(4096, 1, 32, 1)]
    public void It_is_at_most_32_characters_wide_and_high(int height, int width, int lines, int columns)
    {
        var picture = Picture.Of(new float[height * width * 3], new Shape(height, width, 3)).Split('\n');
        Assert.Equal(lines, picture.Length);
        Assert.All(picture, line => Assert.Equal(columns, line.Length));
    }

    [Fact]
    public void A_character_is_the_mean_of_its_square()
    {
        // 40 x 36 pixels, squares of 2: the left half dark but for one bright pixel in each square, the right half bright.
        var pixels = new float[40 * 36];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = i % 36 >= 18 || (i % 2 == 0 && i / 36 % 2 == 0) ? 1 : 0;
        var picture = Picture.Of(pixels, new Shape(40, 36, 1)).Split('\n');
        Assert.Equal(20, picture.Length);
        Assert.All(picture, line => Assert.Equal(":::::::::@@@@@@@@@", line));
    }
}
