namespace Batchwise.Cli;

/// <summary>Finds the data that a command works on, and says which.</summary>
static class DataSets
{
    /// <summary>What a run on generated digits ends with.</summary>
    public const string NotMnist = "Not MNIST. For the paper's data: batchwise data get mnist, then --data data/mnist.";

    /// <summary>What a network of an input's shape takes: images of class folders where it has three channels, else IDX files.</summary>
    public static (Dataset Train, Dataset Test) Load(string? path, Shape input, Terminal terminal, CancellationToken cancellationToken = default)
    {
        if (input is not { Rank: 3, Channels: 3 })
            return Load(path, terminal);
        var (train, test, _) = ImageData.Read(path, input[0], terminal, cancellationToken);
        return (train, test);
    }

    /// <summary>IDX files from a folder, or the generated digits where none is named.</summary>
    public static (Dataset Train, Dataset Test) Load(string? folder, Terminal terminal)
    {
        var (train, test) = folder is null ? GeneratedDigits.Load() : Mnist.Load(folder);
        terminal.Line(folder is null
            ? $"No --data given: {train.Name} ({train.Count:N0} + {test.Count:N0}), built in and made from strokes."
            : $"Data: {train.Name}, {train.Count:N0} + {test.Count:N0} images from {folder}.");
        return (train, test);
    }
}
