namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>A part of Batchwise that reads foreign files, and the mutated files for it.</summary>
abstract class FuzzReader
{
    private const int MostMutations = 4;

    private static readonly int Bytewise = ByteMutations.All.Count;

    /// <summary>Its name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>The sound files that mutations start from; the same in every process.</summary>
    public abstract IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>Mutations that know the format; each stands as often as it is to be chosen.</summary>
    public abstract IReadOnlyList<Mutation> Mutations { get; }

    /// <summary>Reads an input. What it may throw are the documented refusals of <see cref="IsRefusal"/>.</summary>
    /// <param name="input">The file's contents.</param>
    /// <param name="folder">A folder for the file, where the reader takes a path.</param>
    public abstract void Read(byte[] input, string folder);

    /// <summary>Whether an exception is one with which the reader is documented to refuse a file.</summary>
    public virtual bool IsRefusal(Exception error) => error is InvalidDataException or IOException;

    /// <summary>Writes an input to a file, over the one before it.</summary>
    /// <returns>The file's path.</returns>
    protected static string Place(byte[] input, string folder, string name)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, input);
        return path;
    }

    /// <summary>
    /// An input: a seed as it is for the first indices, later ones mutated once or, less and less often, up to four times.
    /// </summary>
    public byte[] Input(ulong seed, long index)
    {
        if (index < Seeds.Count)
            return Seeds[(int)index];
        var random = new FuzzRandom(seed, index);
        var input = random.Of(Seeds);
        for (var done = 0; done == 0 || (done < MostMutations && random.OneIn(2)); done++)
        {
            input = random.OneIn(3)
                ? random.Below(Bytewise + 1) is var which && which < Bytewise ? ByteMutations.All[which](input, random)
                    : ByteMutations.Splice(input, random.Of(Seeds), random)
                : random.Of(Mutations)(input, random);
        }
        return input;
    }
}
