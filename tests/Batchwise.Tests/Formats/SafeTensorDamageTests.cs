using CsCheck;

namespace Batchwise.Tests.Formats;

public class SafeTensorDamageTests
{
    private static readonly byte[] Whole = SafeTensorBytes.Written(
        [NamedTensor.From("w", [2, 3], [1f, 2f, 3f, 4f, 5f, 6f]), NamedTensor.From("\u03b3", [], [1d]), NamedTensor.From("n", [0], ReadOnlySpan<byte>.Empty)],
        new Dictionary<string, string> { ["k"] = "v\n" });

    private static readonly int HeaderEnd = 8 + (int)BitConverter.ToUInt64(Whole);

    [Fact]
    public void Every_truncation_is_refused()
    {
        for (var length = 0; length < Whole.Length; length++)
            Assert.False(Reads(Whole[..length]), $"The first {length} bytes were taken for a file.");
        Assert.True(Reads(Whole));
        Assert.False(Reads([.. Whole, 0]));
    }

    [Fact]
    public void Every_change_of_a_byte_before_the_data_is_read_soundly_or_refused()
    {
        var refused = 0;
        var damaged = Whole.ToArray();
        for (var i = 0; i < HeaderEnd; i++)
        {
            for (var change = 1; change < 256; change++)
            {
                damaged[i] = (byte)(Whole[i] ^ change);
                refused += Reads(damaged) ? 0 : 1;
            }
            damaged[i] = Whole[i];
        }
        // Most of the header is structure: only letters of names, the metadata's text and spaces can change unnoticed.
        Assert.InRange((double)refused / (HeaderEnd * 255), 0.9, 1);
    }

    [Fact]
    public void Every_byte_left_out_or_doubled_is_read_soundly_or_refused()
    {
        for (var i = 0; i < Whole.Length; i++)
        {
            Reads([.. Whole[..i], .. Whole[(i + 1)..]]);
            Reads([.. Whole[..i], .. Whole[i..(i + 1)], .. Whole[i..]]);
        }
    }

    [Fact]
    public void Headers_of_shuffled_pieces_are_read_soundly_or_refused()
    {
        string[] pieces =
        [
            "{", "}", "[", "]", ":", ",", "\"", "\"a\"", "\"__metadata__\"", "\"dtype\"", "\"shape\"", "\"data_offsets\"", "\"F32\"", "\"U8\"",
            "0", "4", "-1", "1e9", "4294967296", "null", "true", "\\u0000", "\\ud800", " ", "{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}",
        ];
        var read = 0;
        foreach (var chosen in SafeTensorBytes.Samples(Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]).Array[0, 6], 20_000))
            read += Reads(SafeTensorBytes.File("{" + string.Concat(chosen), 4)) ? 1 : 0;
        Assert.True(Reads(SafeTensorBytes.File("{\"a\":" + pieces[^1] + "}", 4)));
        Assert.InRange(read, 0, 200);
    }

    /// <summary>Whether the bytes are read; then all must be in order. Any exception but one of bad data fails the test.</summary>
    private static bool Reads(byte[] bytes)
    {
        SafeTensorFile file;
        try
        {
            file = SafeTensorFile.Read(bytes);
        }
        catch (InvalidDataException exception)
        {
            Assert.EndsWith(".", exception.Message, StringComparison.Ordinal);
            return false;
        }
        foreach (var tensor in file.Tensors)
        {
            Assert.True(NamedTensor.TryCount(tensor.Shape, out var count));
            Assert.Equal(count * tensor.ElementType.Size(), tensor.Bytes.Length);
            Assert.Same(tensor, file[tensor.Name]);
        }
        return true;
    }
}
