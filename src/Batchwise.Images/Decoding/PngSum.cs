namespace Batchwise.Images;

/// <summary>The checksum of a PNG file's chunks: CRC-32 (PNG specification, annex D).</summary>
static class PngSum
{
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(value =>
    {
        var rest = (uint)value;
        for (var bit = 0; bit < 8; bit++)
            rest = (rest & 1) == 0 ? rest >> 1 : rest >> 1 ^ Polynomial;
        return rest;
    })];

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var sum = ~0u;
        foreach (var value in bytes)
            sum = Table[(byte)(sum ^ value)] ^ sum >> 8;
        return ~sum;
    }
}
