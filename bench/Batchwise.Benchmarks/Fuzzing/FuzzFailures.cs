using static System.FormattableString;

namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>The folder of inputs that crashed or hung, each beside a text that says how.</summary>
/// <param name="folder">The folder; it is made with the first input.</param>
sealed class FuzzFailures(string folder)
{
    // A defect that every tenth input meets is to be seen, not to fill the disk.
    private const int MostFiles = 200;

    /// <summary>Keeps an input, unless many of its reader are kept already.</summary>
    public void Save(string reader, ulong seed, long index, byte[] input, string what)
    {
        Directory.CreateDirectory(folder);
        if (Directory.GetFiles(folder, $"{reader}-*.bin").Length >= MostFiles)
            return;
        var path = Path.Combine(folder, Invariant($"{reader}-{seed}-{index}"));
        File.WriteAllBytes(path + ".bin", input);
        File.WriteAllText(path + ".txt", what + "\n");
    }
}
