using Batchwise.Images;
using Batchwise.Lab;

namespace Batchwise.Cli;

/// <summary>Finds the images that a command works on, and says which.</summary>
static class ImageData
{
    /// <summary>Images from a folder or an archive, or the generated shapes where none is named.</summary>
    public static Figure2Data Load(string? path, Terminal terminal, CancellationToken cancellationToken)
    {
        if (path is null)
        {
            var (train, test) = GeneratedShapes.Load();
            terminal.Line($"No --data given: training on {train.Name} ({train.Count:N0} + {test.Count:N0}), made on the spot.");
            return new Figure2Data(train, test);
        }
        var sets = ImageFolder.Load(path, cancellationToken: cancellationToken);
        terminal.Line($"Data: {sets.Train.Name}, {sets.Train.Count:N0} + {sets.Test.Count:N0} images of {sets.ClassNames.Length} classes, {sets.Train.Shape}.");
        return new Figure2Data(sets.Train, sets.Test, sets.Validation);
    }
}
