namespace Batchwise.Cli;

/// <summary>Finds the data that a command works on, and says which.</summary>
static class DataSets
{
    /// <summary>What a run on generated digits ends with.</summary>
    public const string NotMnist = "Not MNIST. For the paper's data: batchwise data get mnist, then --data data/mnist.";

    /// <summary>What a model takes, labelled as its outputs are: images of class folders where it has three channels, else IDX files.</summary>
    public static (Dataset Train, Dataset Test) Load(string? path, long mostPixels, Model model, Terminal terminal) =>
        TakesImages(model) ? ImageData.Load(path, mostPixels, model, scoreAll: false, terminal) : Load(path, terminal, ClassesOf(model));

    /// <summary>What a model is asked about: the test images, or all images where no folder says which are test images.</summary>
    public static Dataset ForScoring(string? path, long mostPixels, Model model, Terminal terminal) =>
        TakesImages(model) ? ImageData.Load(path, mostPixels, model, scoreAll: true, terminal).Test : Load(path, terminal, ClassesOf(model)).Test;

    /// <summary>Whether data for a model have labels; a single file of IDX images has none.</summary>
    public static bool HaveLabels(string path, Model model) =>
        TakesImages(model) ? Images.ImageFolder.HasLabels(path) : !File.Exists(path) && Mnist.HasLabels(path);

    /// <summary>Data without labels for a model: all images of a folder or archive, or the images of IDX files.</summary>
    public static UnlabelledExamples LoadUnlabelled(string path, long mostPixels, Model model, Terminal terminal)
    {
        if (TakesImages(model))
            return ImageData.LoadUnlabelled(path, mostPixels, model, terminal);
        var images = File.Exists(path) ? IdxFile.ReadUnlabelled(path) : Mnist.LoadUnlabelled(path);
        terminal.Line($"Data: {images.Name}, {images.Count:N0} images without labels.");
        return images;
    }

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

    private static bool TakesImages(Model model) => model.Network.InputShape is { Rank: 3, Channels: 3 };

    private static int? ClassesOf(Model model) => model.Meaning == OutputMeaning.ClassLogits ? model.Network.OutputShape.Size : null;

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
