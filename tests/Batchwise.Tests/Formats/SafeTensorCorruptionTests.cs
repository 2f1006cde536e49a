using System.Globalization;
using System.Text;

namespace Batchwise.Tests.Formats;

public class SafeTensorCorruptionTests
{
    private const string Valid = "{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}";

    /// <summary>A header, the bytes of data behind it, and what the message has to say.</summary>
    public static TheoryData<string, int, string> Planted => new()
    {
        // The JSON itself.
        { "", 0, "the header does not begin with an opening brace" },
        { " {}", 0, "the header does not begin with an opening brace" },
        { "[]", 0, "the header does not begin with an opening brace" },
        { "\uFEFF{}", 0, "the header does not begin with an opening brace" },
        { "{", 0, "the header is not JSON from byte 1 on" },
        { "{}{}", 0, "the header is not JSON from byte 2 on" },
        { "{}\0\0", 0, "the header is not JSON from byte 2 on" },
        { "{\"a\"}", 0, "the header is not JSON" },
        { "{'a':1}", 0, "the header is not JSON" },
        { "{\"a\":" + Valid + ",}", 2, "the header is not JSON" },
        { "{\"a\":/**/" + Valid + "}", 2, "the header is not JSON" },
        { "{\"a\":" + Valid[..^1], 2, "the header is not JSON" },
        { "{\"\\ud800\":" + Valid + "}", 2, "the header holds an escape at byte 1 that is not Unicode" },
        { "{\"__metadata__\":{\"a\":\"\\udc00\"}}", 0, "the header holds an escape at byte 21 that is not Unicode" },
        { "{\"a\":{\"dtype\":\"\\ud800\"}}", 0, "that is not Unicode" },

        // Names and metadata.
        { "{\"a\":" + Valid + ",\"a\":" + Valid + "}", 2, "the header has 'a' twice" },
        { "{\"a\":" + Valid + ",\"\\u0061\":" + Valid + "}", 2, "the header has 'a' twice" },
        { "{\"__metadata__\":{},\"__metadata__\":{}}", 0, "the header has '__metadata__' twice" },
        { "{\"__metadata__\":[]}", 0, "the metadata is no JSON object" },
        { "{\"__metadata__\":{\"a\":1}}", 0, "the metadata's 'a' is no string" },
        { "{\"__metadata__\":{\"a\":null}}", 0, "the metadata's 'a' is no string" },
        { "{\"__metadata__\":{\"a\":{\"b\":\"c\"}}}", 0, "the metadata's 'a' is no string" },
        { "{\"__metadata__\":{\"a\":\"1\",\"a\":\"1\"}}", 0, "the metadata has 'a' twice" },

        // What describes a tensor.
        { "{\"a\":1}", 0, "tensor 'a' is not described by a JSON object" },
        { "{\"a\":null}", 0, "tensor 'a' is not described by a JSON object" },
        { "{\"a\":[]}", 0, "tensor 'a' is not described by a JSON object" },
        { "{\"a\":{}}", 0, "tensor 'a' lacks its dtype" },
        { "{\"a\":{\"dtype\":\"U8\"}}", 0, "tensor 'a' lacks its shape" },
        { "{\"a\":{\"dtype\":\"U8\",\"shape\":[]}}", 1, "tensor 'a' lacks its data_offsets" },
        { "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\"}}", 0, "tensor 'a' has its dtype twice" },
        { "{\"a\":{\"shape\":[2],\"shape\":[2]}}", 0, "tensor 'a' has its shape twice" },
        { "{\"a\":{\"data_offsets\":[0,2],\"data_offsets\":[0,2]}}", 0, "tensor 'a' has its data_offsets twice" },
        { "{\"a\":{\"strides\":[1]}}", 0, "tensor 'a' has 'strides', which is none of dtype, shape and data_offsets" },
        { "{\"a\":{\"dtype\":8}}", 0, "tensor 'a' has a dtype that is no string" },
        { Entry("C64", "2", "0,4"), 4, "tensor 'a' has the dtype 'C64', which is not read here; convert it to F32, F64, F16, BF16, I64, I32 or U8." },
        { Entry("f32", "1", "0,4"), 4, "tensor 'a' has the dtype 'f32', which is not read here" },
        { Entry("U8\\nOK", "1", "0,1"), 1, "tensor 'a' has the dtype 'U8?OK', which is not read here" },

        // Shapes.
        { "{\"a\":{\"shape\":2}}", 0, "tensor 'a' has a shape that is no JSON array" },
        { Entry("U8", "-1", "0,1"), 1, "tensor 'a' has an extent in its shape that is no integer from 0 to 2147483647" },
        { Entry("U8", "2147483648", "0,1"), 1, "tensor 'a' has an extent in its shape" },
        { Entry("U8", "99999999999999999999999999", "0,1"), 1, "tensor 'a' has an extent in its shape" },
        { Entry("U8", "1.0", "0,1"), 1, "tensor 'a' has an extent in its shape" },
        { Entry("U8", "1e0", "0,1"), 1, "tensor 'a' has an extent in its shape" },
        { Entry("U8", "\"1\"", "0,1"), 1, "tensor 'a' has an extent in its shape" },
        { Entry("U8", "null", "0,1"), 1, "tensor 'a' has an extent in its shape" },
        { Entry("U8", "[1]", "0,1"), 1, "tensor 'a' has an extent in its shape" },
        { Entry("U8", "2147483647,2147483647,2147483647,2147483647", "0,1"), 1, "has the shape [2147483647, 2147483647, 2147483647, 2147483647], whose size exceeds 64 bits" },
        { Entry("U8", "65536,65536,65536,65536", "0,0"), 0, "whose size exceeds 64 bits" },
        { Entry("F64", "1073741824,1073741824,2", "0,0"), 0, "whose size exceeds 64 bits" },
        { Entry("F64", "1073741824,1073741823", "0,8"), 8, "tensor 'a' has 8 bytes where shape [1073741824, 1073741823] of F64 needs 9223372028264841216" },
        { Entry("F32", "3", "0,8"), 8, "tensor 'a' has 8 bytes where shape [3] of F32 needs 12" },
        { Entry("U8", "", "0,0"), 0, "tensor 'a' has 0 bytes where shape [] of U8 needs 1" },
        { Entry("U8", "0", "0,1"), 1, "tensor 'a' has 1 bytes where shape [0] of U8 needs 0" },

        // Places.
        { Entry("U8", "1", "0"), 1, "tensor 'a' has data_offsets that are not two 64-bit integers from 0 on" },
        { Entry("U8", "1", ""), 1, "tensor 'a' has data_offsets that are not two" },
        { Entry("U8", "1", "0,1,2"), 1, "tensor 'a' has data_offsets that are not two" },
        { Entry("U8", "1", "-1,0"), 1, "tensor 'a' has data_offsets that are not two" },
        { Entry("U8", "1", "0,1.0"), 1, "tensor 'a' has data_offsets that are not two" },
        { Entry("U8", "1", "0,\"1\""), 1, "tensor 'a' has data_offsets that are not two" },
        { Entry("U8", "1", "[0,1]"), 1, "tensor 'a' has data_offsets that are not two" },
        { Entry("U8", "1", "0,18446744073709551615"), 1, "tensor 'a' has data_offsets that are not two" },
        { "{\"a\":{\"data_offsets\":\"0,1\"}}", 1, "tensor 'a' has data_offsets that are not two" },
        { "{\"a\":{\"data_offsets\":{\"0\":1}}}", 1, "tensor 'a' has data_offsets that are not two" },
        { Entry("U8", "1", "1,0"), 1, "tensor 'a' ends at byte 0 of the data, before it begins at 1" },
        { Entry("U8", "2", "0,2"), 1, "tensor 'a' ends at byte 2 of the data, of which the file has 1" },
        { Entry("U8", "1", "9223372036854775806,9223372036854775807"), 1, "tensor 'a' ends at byte 9223372036854775807 of the data, of which the file has 1" },
        { Entry("U8", "1", "1,2"), 2, "tensor 'a' begins at byte 1 of the data, after 1 bytes that belong to no tensor" },
        { Entry("U8", "1", "0,1"), 3, "the last 2 bytes belong to no tensor" },
        { "{}", 5, "the last 5 bytes belong to no tensor" },
        { Two("0,2", "1,3"), 3, "tensor 'b' overlaps tensor 'a'" },
        { Two("1,3", "0,2"), 3, "tensor 'a' overlaps tensor 'b'" },
        { Two("0,2", "0,2"), 2, "tensor 'b' overlaps tensor 'a'" },
        { Two("0,2", "3,5"), 5, "tensor 'b' begins at byte 3 of the data, after 1 bytes that belong to no tensor" },
        { "{\"a\":" + Valid + ",\"b\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[1,1]}}", 2, "tensor 'b' overlaps tensor 'a'" },
    };

    [Theory]
    [MemberData(nameof(Planted))]
    public void A_planted_fault_is_named_in_one_sentence(string header, int dataLength, string expected) =>
        AssertFault(SafeTensorBytes.File(header, dataLength), expected);

    [Fact]
    public void Invalid_UTF_8_is_named()
    {
        // Cut in the midst of a character, an overlong form, half of a surrogate pair, a byte that never occurs.
        byte[][] faults = [[0xCE], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xFF]];
        foreach (var fault in faults)
        {
            byte[] header = [.. "{\""u8, .. fault, .. Encoding.UTF8.GetBytes($"\":{Valid}}}")];
            AssertFault(SafeTensorBytes.File(header, 2), "the header is not valid UTF-8");
        }
    }

    [Theory]
    [InlineData("[", "tensor 'a' is not described by a JSON object")]
    [InlineData("{\"dtype\":", "tensor 'a' has a dtype that is no string")]
    [InlineData("{\"shape\":[", "tensor 'a' has an extent in its shape")]
    public void Depth_costs_nothing(string opening, string expected)
    {
        var header = "{\"a\":" + opening + new string('[', 1_000_000);
        AssertFault(SafeTensorBytes.File(header), expected);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void A_file_shorter_than_its_first_number_is_named(int length) =>
        AssertFault(new byte[length], $"the file has {length} bytes, fewer than the 8 that open every safetensors file");

    [Theory]
    [InlineData(3UL)]
    [InlineData(1UL << 31)]
    [InlineData(1UL << 32)]
    [InlineData(1UL << 63)]
    [InlineData(ulong.MaxValue)]
    public void A_header_longer_than_the_file_is_named_and_costs_nothing(ulong length)
    {
        byte[] bytes = [.. SafeTensorBytes.Prefix(length), (byte)'{', (byte)'}'];
        AssertFault(bytes, string.Create(CultureInfo.InvariantCulture, $"the header is said to have {length} bytes, and only 2 follow"));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => SafeTensorFile.Read(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
    }

    [Theory]
    [InlineData("F64", "1073741824,1073741823", "0,8")]
    [InlineData("U8", "2147483647", "0,2147483647")]
    [InlineData("U8", "65536,65536,65536,65536", "0,8")]
    public void A_tensor_larger_than_the_file_costs_nothing(string type, string shape, string offsets)
    {
        var bytes = SafeTensorBytes.File(Entry(type, shape, offsets), 8);
        Assert.Throws<InvalidDataException>(() => SafeTensorFile.Read(bytes));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => SafeTensorFile.Read(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
    }

    [Fact]
    public void What_is_too_large_here_is_named()
    {
        using var header = new ClaimingStream(SafeTensorBytes.Prefix(100_000_001), 200_000_000);
        Assert.Contains("the header is said to have 100000001 bytes, more than the 100000000 that the format allows", Fault(header), StringComparison.Ordinal);
        var bytes = SafeTensorBytes.File(Entry("U8", "3,1000000000", "0,3000000000"));
        using var tensor = new ClaimingStream(bytes, bytes.Length + 3_000_000_000);
        Assert.Contains("tensor 'a' has 3000000000 bytes, and one tensor may have 2147483591 here; split it into smaller ones.", Fault(tensor), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_shrinks_while_it_is_read_is_named()
    {
        var bytes = SafeTensorBytes.File(Entry("U8", "9", "0,9"));
        using var stream = new ClaimingStream(bytes, bytes.Length + 9);
        Assert.Contains("the file became shorter while it was read", Fault(stream), StringComparison.Ordinal);
    }

    private static string Entry(string type, string shape, string offsets) =>
        $$"""{"a":{"dtype":"{{type}}","shape":[{{shape}}],"data_offsets":[{{offsets}}]} }""";

    private static string Two(string first, string second) =>
        $$"""{"a":{"dtype":"U8","shape":[2],"data_offsets":[{{first}}]},"b":{"dtype":"U8","shape":[2],"data_offsets":[{{second}}]} }""";

    private static void AssertFault(byte[] bytes, string expected)
    {
        using var stream = new MemoryStream(bytes);
        var message = Fault(stream);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.StartsWith("model.safetensors: ", message, StringComparison.Ordinal);
        Assert.Matches("; (the file is damaged or no safetensors file: copy or export it again|convert it to .*)\\.$", message);
        Assert.DoesNotContain(message, char.IsControl);
    }

    private static string Fault(Stream stream) =>
        Assert.Throws<InvalidDataException>(() => SafeTensorFile.Read(stream, "model.safetensors")).Message;

    /// <summary>A stream that says it is longer than it is.</summary>
    private sealed class ClaimingStream(byte[] bytes, long length) : MemoryStream(bytes)
    {
        public override long Length => length;
    }
}
