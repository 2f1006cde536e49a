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
        var (train, test, sets) = Read(path, null, terminal, cancellationToken);
        return new Figure2Data(train, test, sets?.Validation);
    }

    /// <summary>Images from a folder or an archive, or the generated shapes where none is named.</summary>
    /// <param name="path">The folder or archive.</param>
    /// <param name="size">Their height and width; null takes the images' own.</param>
    /// <param name="terminal">Is told what they are.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static (Dataset Train, Dataset Test, ImageSets? Sets) Read(string? path, int? size, Terminal terminal, CancellationToken cancellationToken)
    {
        if (path is null)
        {
            if (size is { } other && other != GeneratedSize)
                throw new ArgumentException($"The generated shapes are {GeneratedSize} x {GeneratedSize} pixels, not {other} x {other}: give --data DIR|TAR with images in class folders.");
            var (shapes, more) = GeneratedShapes.Load();
            terminal.Line($"No --data given: {shapes.Name} ({shapes.Count:N0} + {more.Count:N0}), made on the spot.");
            return (shapes, more, null);
        }
        var sets = ImageFolder.Load(path, new ImageFolderOptions { Size = size }, cancellationToken: cancellationToken);
        terminal.Line($"Data: {sets.Train.Name}, {sets.Train.Count:N0} + {sets.Test.Count:N0} images of {sets.ClassNames.Length} classes, {sets.Train.Shape}.");
        return (sets.Train, sets.Test, sets);
    }
}
