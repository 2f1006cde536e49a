using System.Collections.Immutable;
using static System.FormattableString;

namespace Batchwise;

/// <summary>What a model file and a checkpoint say of the examples: how they are prepared, what their classes are called, what outputs mean.</summary>
static class ExampleMetadata
{
    private const string MeaningKey = "batchwise.output";
    private const string ClassesKey = "batchwise.classes";
    private const string PreprocessingKey = "batchwise.preprocessing";

    /// <summary>Adds them to a file's metadata: class names where there are some, preprocessing where it is known.</summary>
    public static void Write(Dictionary<string, string> metadata, OutputMeaning meaning, ImmutableArray<string> classNames, Preprocessing? preprocessing)
    {
        metadata[MeaningKey] = meaning.ToString();
        if (!classNames.IsEmpty)
            metadata[ClassesKey] = string.Join(ClassLabels.Separator, classNames);
        if (preprocessing is not null)
            metadata[PreprocessingKey] = preprocessing.Text();
    }

    /// <summary>Reads them. What the file does not say: logits of classes, no names, preprocessing that is not known.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="network">Its network.</param>
    /// <param name="given">What the outputs mean whatever the file says; null to believe the file.</param>
    /// <exception cref="InvalidDataException">They are damaged, or do not go with the network.</exception>
    public static (OutputMeaning Meaning, ImmutableArray<string> ClassNames, Preprocessing? Preprocessing) Read(
        SafeTensorFile file, string path, Network network, OutputMeaning? given = null)
    {
        var meaning = OutputMeaning.ClassLogits;
        if (file.Metadata.TryGetValue(MeaningKey, out var name) && !(Enum.TryParse(name, out meaning) && Enum.IsDefined(meaning)))
            throw new InvalidDataException($"{path} says '{name}' of its outputs' meaning, which is none.");
        meaning = given ?? meaning;
        var classes = file.Metadata.TryGetValue(ClassesKey, out var names) ? names.Split(ClassLabels.Separator).ToImmutableArray() : [];
        if (classes.Length > 0 && classes.Length != Answer.Classes(network.OutputShape.Size, meaning))
            throw new InvalidDataException(Invariant($"{path} names {classes.Length} classes for {network.OutputShape.Size} outputs."));
        var preprocessing = file.Metadata.TryGetValue(PreprocessingKey, out var settings) ? Preprocessing.Parse(settings) : null;
        try
        {
            preprocessing?.RequireFit(network.InputShape);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{path} cannot be read: {error.Message}", error);
        }
        return (meaning, classes, preprocessing);
    }
}
