namespace Batchwise.Cli;

/// <summary>Finds the data that a command works on, and says which.</summary>
static class DataSets
{
    /// <summary>What a run on generated digits ends with.</summary>
    public const string NotMnist = "Not MNIST. For the paper's data: batchwise data get mnist, then --data data/mnist.";

    /// <summary>What a model takes, labelled as its outputs are: images of class folders where it has three channels, else IDX files.</summary>
    public static (Dataset Train, Dataset Test) Load(string? path, Model model, Terminal terminal) =>
        model.Network.InputShape is { Rank: 3, Channels: 3 }
            ? ImageData.Load(path, model, terminal)
            : Load(path, terminal, model.Meaning == OutputMeaning.ClassLogits ? model.Network.OutputShape.Size : null);

    /// <summary>IDX files from a folder, or the generated digits where none is named: something to learn.</summary>
    public static (Dataset Train, Dataset Test) ForTraining(string? folder, Terminal terminal)
    {
        var (train, test) = Load(folder, terminal);
        RequireClasses(train);
        return (train, test);
    }

    /// <summary>Refuses examples of which all have the same label.</summary>
    public static void RequireClasses(Dataset train)
    {
        for (var i = 1; i < train.Count; i++)
            if (train.Label(i) != train.Label(0))
                return;
        throw new InvalidDataException(FormattableString.Invariant(
            $"The training images of {train.Name}, {train.Count:N0} of them, are all of one class, and a network learns to tell classes apart: give images of two or more."));
    }

    // The labels of IDX files are numbers: those of a model's classes, of which there need not be images of all.
    private static (Dataset Train, Dataset Test) Load(string? folder, Terminal terminal, int? classes = null)
    {
        var (train, test) = folder is null ? GeneratedDigits.Load() : Mnist.Load(folder, classes);
        terminal.Line(folder is null
            ? $"No --data given: {train.Name} ({train.Count:N0} + {test.Count:N0}), built in and made from strokes."
            : $"Data: {train.Name}, {train.Count:N0} + {test.Count:N0} images from {folder}.");
        return (train, test);
    }
}
