using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Batchwise.Lab;

/// <summary>What tells examples from others in the keys of runs.</summary>
static class DataSum
{
    /// <summary>The SHA-256 of a data set's files; of one given in memory, which has no files, that of its inputs and labels.</summary>
    public static string Of(Dataset data)
    {
        if (data.Sha256 is not null)
            return $"{data.Sha256}/{data.LabelsSha256}";
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var input = new float[data.Shape.Size];
        for (var i = 0; i < data.Count; i++)
        {
            data.CopyInput(i, input);
            hash.AppendData(MemoryMarshal.AsBytes<float>(input));
            hash.AppendData(Encoding.ASCII.GetBytes(data.Label(i).ToString(CultureInfo.InvariantCulture)));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
