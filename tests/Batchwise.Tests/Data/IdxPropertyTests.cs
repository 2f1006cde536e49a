using CsCheck;

namespace Batchwise.Tests;

/// <summary>Whatever befalls a file, the outcome is its contents or an InvalidDataException: no other exception, no hang.</summary>
public class IdxPropertyTests
{
    private const int Header = 16;

    private static readonly Gen<byte[]> Images =
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 5], Gen.Int[1, 5]).Select((count, rows, columns) => IdxBytes.Images(count, rows, columns));

    [Fact]
    public void A_file_cut_off_anywhere_is_refused() =>
        Gen.Select(Images, Gen.Bool, Gen.Double.Unit).Sample((contents, compressed, place) =>
        {
            var file = compressed ? IdxBytes.Compress(contents) : contents;
            IdxBytes.Refusal(file[..(int)(place * file.Length)]);
        }, iter: 2000);

    [Fact]
    public void A_changed_byte_of_the_header_is_refused() =>
        Gen.Select(Images, Gen.Bool, Gen.Int[0, Header - 1], Gen.Byte[1, 255]).Sample((contents, compressed, place, change) =>
        {
            contents[place] ^= change;
            IdxBytes.Refusal(compressed ? IdxBytes.Compress(contents) : contents);
        }, iter: 2000);

    [Fact]
    public void A_changed_byte_of_a_compressed_file_is_refused_or_harmless() =>
        Gen.Select(Images, Gen.Double.Unit, Gen.Byte[1, 255]).Sample((contents, place, change) =>
        {
            var file = IdxBytes.Compress(contents);
            file[(int)(place * file.Length)] ^= change;
            try
            {
                Assert.Equal(contents[Header..], IdxReader.Read(new MemoryStream(file), "some-file").Bytes.ToArray());
            }
            catch (InvalidDataException)
            {
                // Refused.
            }
        }, iter: 3000);

    [Fact]
    public void Bytes_put_behind_a_file_are_refused() =>
        Gen.Select(Images, Gen.Bool, Gen.Byte.Array[1, 20]).Sample((contents, compressed, more) =>
            IdxBytes.Refusal([.. compressed ? IdxBytes.Compress(contents) : contents, .. more]), iter: 1000);

    [Fact]
    public void Any_bytes_at_all_are_refused() =>
        Gen.Select(Gen.Int[0, 3], Gen.Byte.Array[0, 60]).Sample((kind, bytes) =>
        {
            byte[] start = kind switch { 0 => [], 1 => [0x1F, 0x8B], 2 => [0x1F, 0x8B, 8, 0], _ => [0, 0, 8] };
            IdxBytes.Refusal([.. start, .. bytes]);
        }, iter: 3000);
}
