using System.Collections.Immutable;
using Batchwise.Images;
using Batchwise.Lab;

namespace Batchwise.Cli;

/// <summary>Finds the images that a command works on, and says which.</summary>
static class ImageData
{
    public const int GeneratedSize = 32;

    // Small images are read at once.
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    /// <summary>Images for the replica of Figure 2.</summary>
    public static Figure2Data Load(string? path, long mostPixels, Terminal terminal, CancellationToken cancellationToken)
    {
        var (train, test, sets) = ForTraining(path, new() { MaxPixels = mostPixels }, terminal, cancellationToken);
        return new Figure2Data(train, test, sets?.Validation);
    }

    /// <summary>Images for a model, of classes that it knows, labelled as its outputs are.</summary>
    /// <param name="path">The folder or archive; null for the generated shapes.</param>
    /// <param name="mostPixels">How many pixels an image may have.</param>
    /// <param name="model">The model.</param>
    /// <param name="scoreAll">Whether all images are test images where no folder says which are.</param>
    /// <param name="terminal">Is told what they are.</param>
    public static (Dataset Train, Dataset Test) Load(string? path, long mostPixels, Model model, bool scoreAll, Terminal terminal)
    {
        // Those of a model whose classes have no names are taken by number.
        if (path is null && !model.ClassNames.IsEmpty && !model.ClassNames.SequenceEqual(GeneratedShapes.ClassNames))
            throw new ArgumentException($"The generated shapes are of the classes {string.Join(", ", GeneratedShapes.ClassNames)}, which are not the model's: give --data DIR|TAR with images in class folders.");
        var options = Options(model, mostPixels) with { ClassNames = model.ClassNames };
        var (train, test, _) = Read(path, scoreAll ? options with { HeldOut = 1 } : options, terminal, CancellationToken.None);
        return (train, test);
    }

    /// <summary>All images of a folder or archive, for a model that needs no labels.</summary>
    public static UnlabelledExamples LoadUnlabelled(string path, long mostPixels, Model model, Terminal terminal)
    {
        var read = Reading(progress => ImageFolder.LoadUnlabelled(path, Options(model, mostPixels), progress), terminal);
        terminal.Line($"Data: {read.Images.Name}, {read.Images.Count:N0} images without labels, {read.Images.Shape}.");
        Tell(read.PassedOver, read.Turned, terminal);
        return read.Images;
    }

    /// <summary>Images from a folder or an archive, or the generated shapes where none is named: something to learn.</summary>
    /// <param name="path">The folder or archive.</param>
    /// <param name="options">How they are read.</param>
    /// <param name="terminal">Is told what they are.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static (Dataset Train, Dataset Test, ImageSets? Sets) ForTraining(string? path, ImageFolderOptions options, Terminal terminal, CancellationToken cancellationToken)
    {
        var read = Read(path, options, terminal, cancellationToken);
        DataSets.RequireClasses(read.Train);
        return read;
    }

    private static ImageFolderOptions Options(Model model, long mostPixels) => new() { Height = model.Network.InputShape[0], Width = model.Network.InputShape[1], MaxPixels = mostPixels };

    private static (Dataset Train, Dataset Test, ImageSets? Sets) Read(
        string? path, ImageFolderOptions options, Terminal terminal, CancellationToken cancellationToken)
    {
        if (path is null)
        {
            if ((options.Height, options.Width) is ({ } height, { } width) && (height, width) != (GeneratedSize, GeneratedSize))
                throw new ArgumentException($"The generated shapes are {GeneratedSize} x {GeneratedSize} pixels, not {height} x {width}: give --data DIR|TAR with images in class folders.");
            var (shapes, more) = GeneratedShapes.Load();
            terminal.Line($"No --data given: {shapes.Name} ({shapes.Count:N0} + {more.Count:N0}), made on the spot.");
            return (shapes, more, null);
        }
        var sets = Reading(progress => ImageFolder.Load(path, options, progress, cancellationToken), terminal);
        // The same images serve for both where there are no others.
        var counts = ReferenceEquals(sets.Train, sets.Test) ? $"{sets.Test.Count:N0}" : $"{sets.Train.Count:N0} + {sets.Test.Count:N0}";
        terminal.Line($"Data: {sets.Train.Name}, {counts} images of {Classes(sets.Train, sets.Test)}, {sets.Train.Shape}.");
        Tell(sets.PassedOver, sets.Turned, terminal);
        return (sets.Train, sets.Test, sets);
    }

    private static T Reading<T>(Func<IProgress<ImageProgress>, T> read, Terminal terminal) =>
        terminal.Progress(progress => read(new Told(progress)), BetweenLines);

    // What was not read, or not as it is shown elsewhere, is said before it is missed.
    private static void Tell(ImmutableArray<PassedOverFiles> passedOver, int turned, Terminal terminal)
    {
        if (!passedOver.IsEmpty)
            terminal.Line($"Passed over: {string.Join(", ", passedOver)}. Only JPEG, PNG and BMP images are read, by the endings of their names.");
        if (turned > 0)
            terminal.Line($"{turned:N0} of the images say that they are to be turned or mirrored (EXIF orientation); they are taken as they are stored.");
    }

    // Of a model's classes there need not be images of all.
    private static string Classes(params Dataset[] sets)
    {
        var count = sets.SelectMany(data => Enumerable.Range(0, data.Count).Select(data.Label)).Distinct().Count();
        return count == 1 ? "1 class" : $"{count} classes";
    }

    private sealed class Told(IProgress<LabProgress> progress) : IProgress<ImageProgress>
    {
        public void Report(ImageProgress value) =>
            progress.Report(new("reading", value.Done, value.Total, double.NaN, double.NaN));
    }
}
