namespace Batchwise.Images;

/// <summary>Whether tables fill their segment of a JPEG file exactly: the decoder would read on behind it.</summary>
static class JpegTables
{
    private const int Coefficients = 64, Lengths = 16;

    /// <summary>Divisors: a byte whose upper half is 0 for tables of bytes, and 64 of them.</summary>
    public static bool AreQuantizations(ReadOnlySpan<byte> tables)
    {
        while (!tables.IsEmpty)
        {
            var length = 1 + Coefficients * (tables[0] >> 4 == 0 ? 1 : 2);
            if (length > tables.Length)
                return false;
            tables = tables[length..];
        }
        return true;
    }

    /// <summary>Codes: a byte, how many there are of each length from 1 to 16, and as many values.</summary>
    public static bool AreCodes(ReadOnlySpan<byte> tables)
    {
        while (!tables.IsEmpty)
        {
            var length = 1 + Lengths;
            for (var i = 1; i <= Lengths && i < tables.Length; i++)
                length += tables[i];
            if (length > tables.Length)
                return false;
            tables = tables[length..];
        }
        return true;
    }
}
