using System.Text;

namespace Batchwise.Tests.Formats;

public class TensorChecksumTests
{
    private static readonly NamedTensor[] Tensors = [NamedTensor.From("b", [2, 1], [0.5f, -0.5f]), NamedTensor.From("a", [1], [1.0])];

    [Fact]
    public void Every_flipped_bit_of_the_elements_is_found()
    {
        var bytes = Written();
        for (var i = bytes.Length - Tensors.Sum(tensor => tensor.Bytes.Length); i < bytes.Length; i++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                bytes[i] ^= (byte)(1 << bit);
                var error = Assert.Throws<InvalidDataException>(() => SafeTensorFile.Read(bytes));
                Assert.Equal(
                    "safetensors in memory: the tensors do not match 'batchwise.checksum' of the metadata, which a program that changes them has to remove; the file is damaged or no safetensors file: copy or export it again.",
                    error.Message);
                bytes[i] ^= (byte)(1 << bit);
            }
        }
        SafeTensorFile.Read(bytes);
    }

    /// <summary>Damage that is as well-formed as what was there.</summary>
    [Theory]
    [InlineData("\"b\"", "\"c\"")]
    [InlineData("[2,1]", "[1,2]")]
    public void So_is_another_name_or_shape(string old, string other)
    {
        var text = Encoding.Latin1.GetString(Written());
        Assert.Equal(2, text.Split(old).Length);
        var error = Assert.Throws<InvalidDataException>(() => SafeTensorFile.Read(Encoding.Latin1.GetBytes(text.Replace(old, other, StringComparison.Ordinal))));
        Assert.Contains("batchwise.checksum", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Python's writer sorts tensors by its own order and keeps the metadata that it is given.</summary>
    [Fact]
    public void It_depends_on_the_tensors_alone_and_is_not_among_the_texts()
    {
        Assert.Equal(TensorChecksum.Of(Tensors), TensorChecksum.Of(Tensors.Reverse()));
        Assert.Empty(SafeTensorFile.Read(Written()).Metadata);
        var changed = Encoding.Latin1.GetString(Written(new Dictionary<string, string> { ["step"] = "1" })).Replace("\"step\":\"1\"", "\"step\":\"2\"", StringComparison.Ordinal);
        Assert.Equal("2", SafeTensorFile.Read(Encoding.Latin1.GetBytes(changed)).Metadata["step"]);
    }

    [Fact]
    public void Files_without_it_are_read()
    {
        var text = Encoding.Latin1.GetString(Written());
        Assert.Equal(2, SafeTensorFile.Read(Encoding.Latin1.GetBytes(text.Replace("batchwise.checksum", "batchwise_checksum", StringComparison.Ordinal))).Tensors.Count);
    }

    private static byte[] Written(Dictionary<string, string>? metadata = null)
    {
        using var stream = new MemoryStream();
        SafeTensorFile.Write(stream, Tensors, metadata);
        return stream.ToArray();
    }
}
