using System.Collections.Immutable;
using Batchwise.Images;
using Batchwise.Lab;

namespace Batchwise.Cli;

/// <summary>Finds the images that a command works on, and says which.</summary>
static class ImageData
{
    public const int GeneratedSize = 32;

    /// <summary>Images for the replica of Figure 2.</summary>
    public static Figure2Data Load(string? path, Terminal terminal, CancellationToken cancellationToken)
    {
        var (train, test, sets) = ForTraining(path, null, terminal, cancellationToken);
        return new Figure2Data(train, test, sets?.Validation);
    }

    /// <summary>Images for a model, of classes that it knows, labelled as its outputs are.</summary>
    public static (Dataset Train, Dataset Test) Load(string? path, Model model, Terminal terminal)
    {
        // Those of a model whose classes have no names are taken by number.
        if (path is null && !model.ClassNames.IsEmpty && !model.ClassNames.SequenceEqual(GeneratedShapes.ClassNames))
            throw new ArgumentException($"The generated shapes are of the classes {string.Join(", ", GeneratedShapes.ClassNames)}, which are not the model's: give --data DIR|TAR with images in class folders.");
        var (train, test, _) = Read(path, (model.Network.InputShape[0], model.Network.InputShape[1]), model.ClassNames, terminal, CancellationToken.None);
        return (train, test);
    }

    /// <summary>Images from a folder or an archive, or the generated shapes where none is named: something to learn.</summary>
    /// <param name="path">The folder or archive.</param>
    /// <param name="size">Their height and width; null takes the images' own.</param>
    /// <param name="terminal">Is told what they are.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static (Dataset Train, Dataset Test, ImageSets? Sets) ForTraining(string? path, int? size, Terminal terminal, CancellationToken cancellationToken)
    {
        var read = Read(path, size is { } side ? (side, side) : null, [], terminal, cancellationToken);
        DataSets.RequireClasses(read.Train);
        return read;
    }

    private static (Dataset Train, Dataset Test, ImageSets? Sets) Read(
        string? path, (int Height, int Width)? size, ImmutableArray<string> classes, Terminal terminal, CancellationToken cancellationToken)
    {
        if (path is null)
        {
            if (size is { } other && other != (GeneratedSize, GeneratedSize))
                throw new ArgumentException($"The generated shapes are {GeneratedSize} x {GeneratedSize} pixels, not {other.Height} x {other.Width}: give --data DIR|TAR with images in class folders.");
            var (shapes, more) = GeneratedShapes.Load();
            terminal.Line($"No --data given: {shapes.Name} ({shapes.Count:N0} + {more.Count:N0}), made on the spot.");
            return (shapes, more, null);
        }
        var sets = ImageFolder.Load(path, new ImageFolderOptions { Height = size?.Height, Width = size?.Width, ClassNames = classes }, cancellationToken: cancellationToken);
        terminal.Line($"Data: {sets.Train.Name}, {sets.Train.Count:N0} + {sets.Test.Count:N0} images of {Classes(sets.Train, sets.Test)}, {sets.Train.Shape}.");
        return (sets.Train, sets.Test, sets);
    }

    // Of a model's classes there need not be images of all.
    private static string Classes(params Dataset[] sets)
    {
        var count = sets.SelectMany(data => Enumerable.Range(0, data.Count).Select(data.Label)).Distinct().Count();
        return count == 1 ? "1 class" : $"{count} classes";
    }
}
