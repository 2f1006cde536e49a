using System.Runtime.InteropServices;
using Batchwise.Images;

namespace Batchwise.Tests.Images;

/// <summary>What is cut off is refused; what is read is the same each time, whatever memory held before.</summary>
public class DamagedImageTests
{
    private const long MostPixels = 10_000;

    // A segment that holds a whole image, as cameras leave a preview.
    private static readonly byte[] JpegWithPreview =
    [
        .. ImageBytes.JpegOfThreeScans[..2], 0xFF, 0xE1, (byte)((ImageBytes.Jpeg.Length + 2) >> 8), (byte)(ImageBytes.Jpeg.Length + 2), .. ImageBytes.Jpeg,
        .. ImageBytes.JpegOfThreeScans[2..],
    ];

    private static readonly Dictionary<string, byte[]> Files = new()
    {
        ["jpeg"] = ImageBytes.Jpeg,
        ["restarts"] = ImageBytes.JpegWithRestarts,
        ["progressive"] = ImageBytes.ProgressiveJpeg,
        ["scans"] = ImageBytes.JpegOfThreeScans,
        ["preview"] = JpegWithPreview,
        ["png"] = ImageBytes.Png(5, 4, (x, y) => ((byte)(x * 40), (byte)(y * 50), 7)),
        ["bmp"] = ImageBytes.Bitmap(5, 4, 1, 2, 3),
    };

    public static TheoryData<string> Names => [.. Files.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_cut_off_anywhere_is_refused(string name)
    {
        var file = Files[name];
        for (var length = 0; length < file.Length; length++)
        {
            Assert.StartsWith("a is ", Refusal(file[..length]), StringComparison.Ordinal);
            // Some programs fill up what they did not receive; a bitmap's zeros may be pixels.
            byte[] filled = [.. file[..length], .. new byte[file.Length - length + 100]];
            if (name != "bmp" && !filled.AsSpan().StartsWith(file))
                Assert.StartsWith("a is ", Refusal(filled), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_whole_file_is_read_whatever_follows_it(string name)
    {
        var file = Files[name];
        var pixels = Decode(file)!;
        Assert.Equal(pixels, Decode([.. file, .. new byte[1000]]));
        Assert.Equal(pixels, Decode([.. file, .. file]));
    }

    [Fact]
    public void Restarts_several_scans_and_previews_do_not_change_an_image()
    {
        Assert.Equal(Decode(ImageBytes.JpegWithRestarts), Decode(ImageBytes.ProgressiveJpeg));
        Assert.Equal(Decode(ImageBytes.JpegOfThreeScans), Decode(JpegWithPreview));
    }

    [Fact]
    public void A_JPEG_without_all_that_its_head_announces_is_refused()
    {
        // Behind the end of one, two of three scans, each of one component; and a scan's second interval.
        var scans = ImageBytes.JpegOfThreeScans;
        var second = Places(scans, 0xC4)[2];
        Assert.StartsWith("a is cut off", Refusal([.. scans[..second], 0xFF, 0xD9]), StringComparison.Ordinal);
        var restarts = ImageBytes.JpegWithRestarts;
        Assert.StartsWith("a is cut off", Refusal([.. restarts[..Places(restarts, 0xD0)[0]], 0xFF, 0xD9]), StringComparison.Ordinal);
        Assert.StartsWith("a is cut off", Refusal([.. restarts[..(Places(restarts, 0xD0)[0] + 2)], 0xFF, 0xD9]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_PNG_with_a_damaged_palette_or_head_is_refused()
    {
        var file = ImageBytes.PalettePng([0, 1, 0], 10, 20, 30, 40, 50, 60);
        Assert.Equal([10, 20, 30, 40, 50, 60, 10, 20, 30], Decode(file));
        // From the head's first letter to the last chunk's sum, whichever byte: no picture of other colours.
        for (var at = 12; at < file.Length; at++)
        {
            var damaged = (byte[])file.Clone();
            damaged[at] ^= 1;
            Assert.StartsWith("a ", Refusal(damaged), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_BMP_may_stand_from_top_to_bottom()
    {
        static (byte, byte, byte) Colour(int x, int y) => ((byte)(x * 40), (byte)(y * 50), 7);
        var upward = ImageBytes.Bitmap(5, 4, Colour, topDown: false);
        var downward = ImageBytes.Bitmap(5, 4, Colour, topDown: true);
        Assert.NotEqual(upward, downward);
        Assert.Equal(Decode(Files["png"]), Decode(upward));
        Assert.Equal(Decode(Files["png"]), Decode(downward));
        Assert.StartsWith("a is cut off", Refusal(downward[..^1]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_JPEG_of_very_many_scans_is_refused()
    {
        // The first of a progressive file's ten scans again and again, as often as is decoded and once more.
        var file = ImageBytes.ProgressiveJpeg;
        var first = Places(file, 0xDA)[0];
        var second = Places(file, 0xC4).First(at => at > first);
        byte[] With(int scans) => [.. file[..first], .. Enumerable.Repeat(file[first..second], scans - 9).SelectMany(scan => scan), .. file[second..]];
        Assert.Equal(Decode(file), Decode(With(JpegFile.MostScans)));
        Assert.Equal("a comes in more than 100 scans, of which an image has at most a few dozen: save it anew, or remove it.", Refusal(With(JpegFile.MostScans + 1)));
    }

    [Fact]
    public void The_JPEG_of_a_thousand_scans_is_refused() =>
        Assert.Contains("comes in more than 100 scans", Refusal(File.ReadAllBytes(Repository.SharedOrSkip("cases/files/progbomb1000.jpg")), long.MaxValue), StringComparison.Ordinal);

    [Theory]
    [InlineData(1, false)]
    [InlineData(6, true)]
    [InlineData(8, true)]
    [InlineData(9, false)]
    public void An_orientation_other_than_upright_is_noticed(byte orientation, bool expected)
    {
        foreach (var little in (bool[])[true, false])
        {
            var block = ImageBytes.Exif(orientation, little);
            Assert.Equal(expected, ExifOrientation.IsTurned(ImageBytes.WithSegment(ImageBytes.Jpeg, 0xE1, [.. "Exif\0\0"u8, .. block])));
            var png = ImageBytes.WithChunk(Files["png"], "eXIf", block);
            Assert.Equal(Decode(Files["png"]), Decode(png));
            Assert.Equal(expected, ExifOrientation.IsTurned(png));
            // Damaged, it says nothing, and nothing else happens.
            for (var length = 0; length < 18; length++)
                Assert.False(ExifOrientation.IsTurned(ImageBytes.WithSegment(ImageBytes.Jpeg, 0xE1, [.. "Exif\0\0"u8, .. block[..length]])));
        }
        Assert.False(ExifOrientation.IsTurned(ImageBytes.Jpeg));
        Assert.False(ExifOrientation.IsTurned(ImageBytes.Bitmap(2, 2, 1, 1, 1)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_damaged_byte_does_worse_than_be_refused_and_none_shows_what_memory_held(string name)
    {
        // Each byte in turn, by four values, each file decoded or refused, twice alike.
        var file = Files[name];
        for (var at = 0; at < file.Length; at++)
        {
            foreach (var value in (byte[])[0, 1, 0x7F, 0xFF])
            {
                var damaged = (byte[])file.Clone();
                damaged[at] = value;
                Leave(0x11);
                var first = Decode(damaged);
                Leave(0xEE);
                Assert.Equal(first, Decode(damaged));
            }
        }
    }

    private static byte[]? Decode(byte[] file)
    {
        try
        {
            var (height, width, pixels) = ImageDecoder.Decode("a", file, MostPixels);
            Assert.Equal(height * width * ImageDecoder.Channels, pixels.Length);
            return pixels;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static string Refusal(byte[] file, long mostPixels = MostPixels) =>
        Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode("a", file, mostPixels)).Message;

    private static int[] Places(byte[] file, byte mark) => [.. Enumerable.Range(0, file.Length - 1).Where(at => file[at] == 0xFF && file[at + 1] == mark)];

    // The allocator gives next what it got last: so that a decoder's memory holds a value that tells.
    private static unsafe void Leave(byte value)
    {
        const int step = 16, largest = 2048, deep = 8;
        var blocks = stackalloc void*[largest / step * deep];
        for (var i = 0; i < largest / step * deep; i++)
        {
            var size = (nuint)(i / deep + 1) * step;
            blocks[i] = NativeMemory.Alloc(size);
            NativeMemory.Fill(blocks[i], size, value);
        }
        for (var i = 0; i < largest / step * deep; i++)
            NativeMemory.Free(blocks[i]);
    }
}
