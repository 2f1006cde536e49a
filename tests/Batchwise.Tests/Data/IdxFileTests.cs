using System.Security.Cryptography;

namespace Batchwise.Tests;

public class IdxFileTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_is_read_raw_or_compressed_whatever_its_name_says(bool compressed)
    {
        using var folder = new DataFolder();
        var contents = IdxBytes.Images(4);
        var file = IdxFile.Read(folder.Write(compressed ? "raw" : "compressed.gz", compressed ? IdxBytes.Compress(contents) : contents));
        Assert.Equal([4, 3, 2], file.Dimensions);
        Assert.Equal(contents[16..], file.Bytes.ToArray());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(contents)), file.Sha256);
    }

    [Fact]
    public void Values_beyond_the_first_buffer_arrive_whole()
    {
        var contents = IdxBytes.Images(3000, 28, 28);
        var file = IdxReader.Read(new MemoryStream(IdxBytes.Compress(contents)), "images");
        Assert.True(contents.AsSpan(16).SequenceEqual(file.Bytes));
    }

    [Theory]
    [InlineData("<html>", "begins with 3C 68, but an IDX file begins with 00 00")]
    [InlineData("\0\0\r\u0001\0\0\0\u0001", "32-bit floats")]
    [InlineData("\0\0\b", "too short")]
    [InlineData("\0\0\b\u0005", "claims 5 dimensions")]
    [InlineData("\0\0\b\0", "claims 0 dimensions")]
    [InlineData("\0\0\b\u0002\0\0\0\u0001", "ends within its header")]
    [InlineData("\0\0\b\u0002\0\0\0\u0001\0\0\0\0", "Dimension 1 of some-file is 0")]
    [InlineData("\0\0\b\u0001\0\0\0\u0003ab", "cut off: its header announces 3 values (3)")]
    [InlineData("\0\0\b\u0001\0\0\0\u0001ab", "goes on after the 1 values (1)")]
    public void Each_fault_of_a_header_gets_its_sentence(string text, string sentence)
    {
        var contents = text.Select(letter => (byte)letter).ToArray();
        Assert.Contains(sentence, IdxBytes.Refusal(contents), StringComparison.Ordinal);
        Assert.Contains(sentence, IdxBytes.Refusal(IdxBytes.Compress(contents)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_is_refused() =>
        Assert.Contains("too short", IdxBytes.Refusal([]), StringComparison.Ordinal);

    [Theory]
    [InlineData(0x7FFF0000, 1)]
    [InlineData(-1, 1)]
    [InlineData(70_000, 70_000)]
    [InlineData(-1, -1)]
    public void A_hostile_size_takes_no_memory(int first, int second)
    {
        byte[] contents = [0, 0, 8, 2, .. IdxBytes.BigEndian(first), .. IdxBytes.BigEndian(second), 1, 2, 3];
        foreach (var file in new[] { contents, IdxBytes.Compress(contents) })
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            IdxBytes.Refusal(file);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
        }
    }

    [Fact]
    public void A_header_that_compressed_data_could_fill_but_does_not_takes_little_memory()
    {
        // The padding is random, so that the file is long; it would hold the 500 MB announced only if they were all alike.
        byte[] padding = [.. Enumerable.Range(0, 500_000).Select(i => (byte)Philox.Block(1, RandomPurpose.Experiment, 0, (uint)i).A)];
        var file = IdxBytes.Compress([0, 0, 8, 1, .. IdxBytes.BigEndian(500_000_000), .. padding]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("cut off", IdxBytes.Refusal(file), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5_000_000);
    }

    [Fact]
    public void A_compressed_file_takes_as_much_memory_as_it_has_values()
    {
        const int count = 50_000_000;
        var file = IdxBytes.Compress([0, 0, 8, 1, .. IdxBytes.BigEndian(count), .. new byte[count]]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(count, IdxReader.Read(new MemoryStream(file), "some-file").Bytes.Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, count, count + 500_000);
    }

    [Fact]
    public void A_compressed_file_that_unfolds_far_beyond_its_header_is_not_unfolded()
    {
        byte[] bomb = [.. IdxBytes.Images(1), .. new byte[30_000_000]];
        var file = IdxBytes.Compress(bomb);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("goes on after the 6 values (1 x 3 x 2)", IdxBytes.Refusal(file), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
    }

    [Fact]
    public void A_compressed_file_without_its_last_byte_is_refused_though_all_values_are_there() =>
        Assert.Contains("does not end as gzip data", IdxBytes.Refusal(IdxBytes.Compress(IdxBytes.Images(2))[..^1]), StringComparison.Ordinal);

    [Fact]
    public void Images_and_labels_become_examples()
    {
        using var folder = new DataFolder();
        var data = IdxFile.ReadExamples(folder.Write("images", IdxBytes.Images(3)), folder.Write("labels", IdxBytes.Labels(2, 0, 1)));
        Assert.Equal((3, 3, new Shape(3, 2, 1)), (data.Count, data.Classes, data.Shape));
        Assert.Equal([2, 0, 1], Enumerable.Range(0, 3).Select(data.Label));
        var input = new float[6];
        data.CopyInput(1, input);
        Assert.Equal(Enumerable.Range(6, 6).Select(value => value / 255f), input);
    }

    [Fact]
    public void Classes_may_begin_above_zero() =>
        Assert.Equal(4, Examples(IdxBytes.Images(3), IdxBytes.Labels(3, 1, 2)).Classes);

    [Fact]
    public void A_class_without_examples_needs_the_number_of_classes_said()
    {
        var sentence = Refusal(IdxBytes.Images(3), IdxBytes.Labels(0, 1, 200));
        Assert.Contains("labels up to 200 but none is 2:", sentence, StringComparison.Ordinal);
        Assert.Equal(201, Examples(IdxBytes.Images(3), IdxBytes.Labels(0, 1, 200), 201).Classes);
    }

    [Fact]
    public void Files_that_do_not_belong_together_are_refused()
    {
        Assert.Matches("^.+images holds 3 images, but .+labels holds 2 labels: ", Refusal(IdxBytes.Images(3), IdxBytes.Labels(0, 1)));
        Assert.Contains("images has 1 dimension(s)", Refusal(IdxBytes.Labels(0, 1), IdxBytes.Images(2)), StringComparison.Ordinal);
        Assert.Contains("labels has 3 dimensions", Refusal(IdxBytes.Images(2), IdxBytes.Images(2)), StringComparison.Ordinal);
        Assert.Matches("^Label 7 of example 1 in .+labels is not in \\[0, 7\\)", Refusal(IdxBytes.Images(2), IdxBytes.Labels(0, 7), 7));
    }

    [Fact]
    public void Images_are_read_without_labels()
    {
        using var folder = new DataFolder();
        var images = IdxFile.ReadUnlabelled(folder.Write("new-images", IdxBytes.Compress(IdxBytes.Images(3))));
        Assert.Equal((3, new Shape(3, 2, 1), "IDX data (new-images)"), (images.Count, images.Shape, images.Name));
        var input = new float[6];
        images.CopyInput(1, input);
        Assert.Equal(Enumerable.Range(6, 6).Select(value => value / 255f), input);
        Assert.Contains("IDX data (new-images) has no labels", Assert.Throws<InvalidOperationException>(() => images.Label(0)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => images.CopyTarget(0, new float[1]));
        Assert.Contains("labels has 1 dimension(s), but images have three: give a file of images.",
            Assert.Throws<InvalidDataException>(() => IdxFile.ReadUnlabelled(folder.Write("labels", IdxBytes.Labels(1)))).Message, StringComparison.Ordinal);
    }

    private static Dataset Examples(byte[] images, byte[] labels, int? classes = null)
    {
        using var folder = new DataFolder();
        return IdxFile.ReadExamples(folder.Write("images", images), folder.Write("labels", labels), classes);
    }

    private static string Refusal(byte[] images, byte[] labels, int? classes = null) =>
        Assert.Throws<InvalidDataException>(() => Examples(images, labels, classes)).Message;
}
