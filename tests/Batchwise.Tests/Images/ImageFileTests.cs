using Batchwise.Images;

namespace Batchwise.Tests.Images;

public class ImageFileTests
{
    private static readonly Shape Shape = new(8, 6, 3);

    [Fact]
    public void A_picture_of_the_network_s_size_is_taken_as_it_is()
    {
        var values = ImageFile.Decode("a.png", ImageBytes.Png(6, 8, (x, y) => ((byte)(10 * x), (byte)y, 255)), Shape);
        Assert.Equal(Shape.Size, values.Length);
        Assert.Equal(50 / 255f, values[(3 * 6 + 5) * 3]);
        Assert.Equal(3 / 255f, values[(3 * 6 + 5) * 3 + 1]);
        Assert.Equal(1, values[(3 * 6 + 5) * 3 + 2]);
    }

    /// <summary>A server sees what training saw.</summary>
    [Fact]
    public void Another_size_is_resized_as_a_folder_s_images_are()
    {
        using var files = new ImageFiles();
        var bytes = ImageBytes.Png(31, 23, (x, y) => ((byte)(8 * x), (byte)(11 * y), (byte)(x * y)));
        var folder = files.Folder("photos", ("train/cat/a.png", bytes), ("train/dog/b.png", bytes), ("test/cat/c.png", bytes));
        var all = ImageFolder.Load(folder, new ImageFolderOptions { Height = 8, Width = 6 });
        var expected = new float[Shape.Size];
        all.Train.CopyInput(0, expected);
        Assert.Equal(expected, ImageFile.Decode("a.png", bytes, Shape));
    }

    [Fact]
    public void What_is_no_picture_is_refused_in_one_sentence()
    {
        Assert.StartsWith("The picture is no JPEG, PNG or BMP image", Refused("nothing of the kind"u8.ToArray()),
            StringComparison.Ordinal);
        Assert.StartsWith("The picture is empty", Refused([]), StringComparison.Ordinal);
        Assert.Contains("more than the 100 allowed", Refused(ImageBytes.Png(11, 10, 1, 2, 3), 100), StringComparison.Ordinal);
        var cut = ImageBytes.Png(30, 20, 1, 2, 3);
        Assert.StartsWith("The picture", Refused(cut[..(cut.Length / 2)]), StringComparison.Ordinal);

        static string Refused(byte[] bytes, long most = ImageFile.DefaultMaxPixels) =>
            Assert.Throws<InvalidDataException>(() => ImageFile.Decode("The picture", bytes, Shape, most)).Message;
    }

    [Fact]
    public void A_network_for_other_inputs_is_refused()
    {
        var picture = ImageBytes.Png(6, 8, 1, 2, 3);
        Assert.Contains("takes color images", Assert.Throws<ArgumentException>(() => ImageFile.Decode("a", picture, new Shape(8, 6, 1))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ImageFile.Decode("a", picture, new Shape(144)));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageFile.Decode("a", picture, Shape, 0));
    }
}
