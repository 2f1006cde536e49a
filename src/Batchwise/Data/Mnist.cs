namespace Batchwise;

/// <summary>
/// The handwritten digits of LeCun, Cortes and Burges, on which the paper's section 4.1 trains: 60,000 training and 10,000
/// test images of shape [28, 28, 1] in ten classes. Any folder of IDX files with MNIST's file names (Fashion-MNIST, KMNIST)
/// loads as well, under its own name.
/// </summary>
public static class Mnist
{
    /// <summary>Reads the four files of a folder.</summary>
    /// <param name="directory">
    /// Holds train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, each raw or with .gz.
    /// </param>
    /// <param name="classes">
    /// How many classes the labels number, such as a model's that is to be scored on images of some of them. Default: null, one more than the
    /// largest training label, where every class between the smallest and the largest must occur.
    /// </param>
    /// <returns>
    /// The training and the test examples. They are called "MNIST" only if the SHA-256 of the uncompressed files is MNIST's;
    /// otherwise "IDX data" with the folder's name.
    /// </returns>
    /// <exception cref="FileNotFoundException">A file is missing; the message names it and how to get it.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">A file is unsound, or they do not belong together; the message tells which and what to do.</exception>
    public static (Dataset Train, Dataset Test) Load(string directory, int? classes = null)
    {
        RequireFolder(directory);
        var train = ReadPair(directory, MnistFiles.TrainImages, MnistFiles.TrainLabels, classes);
        var test = ReadPair(directory, MnistFiles.TestImages, MnistFiles.TestLabels, train.Classes);
        if (train.Shape != test.Shape)
            throw new InvalidDataException(
                $"The training images in {directory} have shape {train.Shape}, the test images {test.Shape}: use files that belong together.");
        return (train, test);
    }

    /// <summary>Whether a folder has the labels of both its training and its test images.</summary>
    /// <param name="directory">The folder.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be listed; the message names its permissions.</exception>
    public static bool HasLabels(string directory)
    {
        RequireFolder(directory);
        return Located(directory, MnistFiles.TrainLabels) is not null && Located(directory, MnistFiles.TestLabels) is not null;
    }

    /// <summary>Reads a folder's images without their labels: the training images or, where there are none, the test images.</summary>
    /// <param name="directory">Holds train-images-idx3-ubyte or t10k-images-idx3-ubyte, raw or with .gz.</param>
    /// <exception cref="FileNotFoundException">There is neither; the message names both.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file may not be read; the message names its permissions.</exception>
    /// <exception cref="InvalidDataException">The file is unsound; the message tells what to do.</exception>
    public static UnlabelledExamples LoadUnlabelled(string directory)
    {
        RequireFolder(directory);
        return IdxFile.ReadUnlabelled(Located(directory, MnistFiles.TrainImages) ?? Located(directory, MnistFiles.TestImages)
            ?? throw new FileNotFoundException($"The folder {directory} has neither {MnistFiles.TrainImages.Name} nor {MnistFiles.TestImages.Name}, raw or with .gz: put one there, or name an IDX file."));
    }

    private static void RequireFolder(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        if (!Directory.Exists(directory))
            throw new DirectoryNotFoundException(
                $"There is no folder {directory}: name the one that holds MNIST's files, or get them there by 'batchwise data get mnist'.");
    }

    private static Dataset ReadPair(string directory, MnistFile images, MnistFile labels, int? classes)
    {
        var (inputs, targets) = (IdxFile.Read(Find(directory, images)), IdxFile.Read(Find(directory, labels)));
        var genuine = inputs.Sha256 == images.Sha256 && targets.Sha256 == labels.Sha256;
        var folder = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));
        return genuine
            ? IdxFile.Examples(
                inputs, targets, classes, "MNIST",
                $"MNIST by LeCun, Cortes and Burges: {inputs.Name} and {targets.Name}, contents verified by SHA-256.")
            : IdxFile.Examples(
                inputs, targets, classes, $"IDX data ({folder})",
                $"IDX files {inputs.Name} and {targets.Name} of the folder {folder}; by their SHA-256 not MNIST's.");
    }

    private static string Find(string directory, MnistFile file) => Located(directory, file) ??
        throw new FileNotFoundException(
            $"The folder {directory} has no {string.Join(", ", file.Names.SkipLast(1))} or {file.Names[^1]}: put one there, or get MNIST by 'batchwise data get mnist'.",
            file.Name);

    // A file that is there and may not be looked at counts: whoever opens it hears why.
    private static string? Located(string directory, MnistFile file) => file.Find(directory)
        ?? DiskReading.List(directory, directory).FirstOrDefault(entry => file.Names.Contains(entry.Name))?.FullName;
}
