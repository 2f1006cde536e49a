using System.Collections.Immutable;

namespace Batchwise.Tests.Formats;

/// <summary>Where sizes, counts and texts end, and what is said just before and just behind.</summary>
public class SafeTensorLimitsTests
{
    private static readonly SafeTensorFault Fault = new("a file");

    [Theory]
    [InlineData("\"shape\":[4],\"data_offsets\":[0,4]", "lacks its dtype")]
    [InlineData("\"dtype\":\"U8\",\"data_offsets\":[0,4]", "lacks its shape")]
    [InlineData("\"dtype\":\"U8\",\"shape\":[4]", "lacks its data_offsets")]
    public void What_a_tensor_lacks_alone_is_named(string properties, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => SafeTensorFile.Read(SafeTensorBytes.File($"{{\"a\":{{{properties}}}}}", 4))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_largest_count_is_that_of_64_bits()
    {
        // 2^63 - 1 is 7^2 73 127 337 times 92,737 times 649,657.
        ImmutableArray<int> largest = [7 * 7 * 73 * 127 * 337, 92_737, 649_657];
        Assert.True(NamedTensor.TryCount(largest, out var count));
        Assert.Equal(long.MaxValue, count);
        Assert.False(NamedTensor.TryCount([.. largest, 2], out _));
        Assert.False(NamedTensor.TryCount([1 << 30, 1 << 30, 8], out _));
    }

    [Fact]
    public void The_largest_size_is_that_of_64_bits()
    {
        // 2^60 - 1 numbers of 8 bytes are still counted, of which there are none.
        ImmutableArray<int> largest = [6_981_975, 125_002_481, 1_321];
        Assert.True(NamedTensor.TryCount(largest, out var count));
        Assert.Equal((1L << 60) - 1, count);
        Assert.Contains("needs 9223372036854775800", Message(new SafeTensorEntry("a", ElementType.Float64, largest, 0, 0)), StringComparison.Ordinal);
        Assert.Contains("whose size exceeds 64 bits", Message(new SafeTensorEntry("a", ElementType.Float64, [1 << 30, 1 << 30], 0, 0)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_largest_tensor_is_that_of_an_array_wherever_it_lies()
    {
        SafeTensorEntry before = new("before", ElementType.UInt8, [16], 0, 16), largest = new("largest", ElementType.UInt8, [Array.MaxLength], 16, 16L + Array.MaxLength);
        Assert.Equal([before, largest], SafeTensorLayout.Verify([largest, before], largest.End, Fault));
        Assert.Contains($"has {Array.MaxLength + 1L} bytes, and one tensor may have {Array.MaxLength} here", Message(before, largest with { Shape = [Array.MaxLength + 1], End = largest.End + 1 }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_s_bytes_are_counted_from_where_it_begins() =>
        Assert.Contains("'b' has 8 bytes where shape [3] of F32 needs 12", Message(new("a", ElementType.UInt8, [4], 0, 4), new("b", ElementType.Float32, [3], 4, 12)), StringComparison.Ordinal);

    [Fact]
    public void A_header_is_padded_with_fewer_than_eight_spaces()
    {
        for (var length = 1; length <= 9; length++)
        {
            var header = SafeTensorHeaderWriter.Write([new(new string('n', length), ElementType.UInt8, [4], 0, 4)], new Dictionary<string, string>());
            Assert.Equal(0, header.Length % 8);
            Assert.InRange(header.Reverse().TakeWhile(letter => letter == ' ').Count(), 0, 7);
        }
    }

    [Fact]
    public void Five_names_are_told_and_of_six_that_there_is_one_more()
    {
        Assert.EndsWith("the file has 't1', 't2', 't3', 't4', 't5': check the name, or that the file is the one meant.", Missing(5), StringComparison.Ordinal);
        Assert.Contains("'t5' and 1 more: check", Missing(6), StringComparison.Ordinal);

        static string Missing(int count) => Assert.Throws<KeyNotFoundException>(() => SafeTensorFile.Read(SafeTensorBytes.Written(
            [.. Enumerable.Range(1, count).Select(i => NamedTensor.From(FormattableString.Invariant($"t{i}"), [], [1f]))]))["other"]).Message;
    }

    [Fact]
    public void Sixty_letters_are_quoted_whole()
    {
        Assert.Equal($"'{new string('x', 60)}'", Quotation.Of(new string('x', 60)));
        Assert.Equal($"'{new string('x', 60)}...'", Quotation.Of(new string('x', 61)));
    }

    [Fact]
    public void A_refusal_says_what_to_do()
    {
        var one = NamedTensor.From("a", [], [1f]);
        Assert.Contains("where integers are needed", Assert.Throws<InvalidDataException>(one.ToInt64).Message, StringComparison.Ordinal);
        Assert.Contains("keeps for its metadata: choose another name", Refusal(() => NamedTensor.From("__metadata__", [], [1f])), StringComparison.Ordinal);
        Assert.Contains("holds half of a surrogate pair: use valid Unicode", Refusal(() => NamedTensor.From("\ud800", [], [1f])), StringComparison.Ordinal);
        Assert.Contains("is a default array: give its extents", Refusal(() => NamedTensor.From("a", default, [1f])), StringComparison.Ordinal);
        Assert.Contains("is null: leave it out", Refusal(() => SafeTensorBytes.Written([one, null!])), StringComparison.Ordinal);
        Assert.Contains("'k' is null or holds half of a surrogate pair", Refusal(() => SafeTensorBytes.Written([one], new Dictionary<string, string> { ["k"] = null! })), StringComparison.Ordinal);
    }

    [Fact]
    public void What_must_not_be_null_is_refused_by_its_name()
    {
        Assert.Throws<ArgumentNullException>("name", () => NamedTensor.From(null!, [], [1f]));
        Assert.Throws<ArgumentNullException>("stream", () => SafeTensorFile.Read(null!, "a file"));
        Assert.Throws<ArgumentNullException>("source", () => SafeTensorFile.Read(new MemoryStream(), null!));
        Assert.Throws<ArgumentNullException>("stream", () => SafeTensorFile.Write((Stream)null!, [], null));
        Assert.Throws<ArgumentNullException>("tensors", () => SafeTensorFile.Write(new MemoryStream(), null!, null));
        Assert.Throws<ArgumentNullException>("write", () => AtomicFile.Write("a", null!));
    }

    private static string Message(params SafeTensorEntry[] entries) =>
        Assert.Throws<InvalidDataException>(() => SafeTensorLayout.Verify(entries, entries.Max(entry => entry.End), Fault)).Message;

    private static string Refusal(Action action) => Assert.Throws<ArgumentException>(action).Message;
}
