namespace Batchwise;

/// <summary>What an ONNX file says of a model besides its graph: the keys that model files of Batchwise have too.</summary>
static class OnnxMetadata
{
    /// <summary>What the outputs mean: the name of an <see cref="OutputMeaning"/>.</summary>
    public const string Output = "batchwise.output";

    /// <summary>The classes' names, one per line.</summary>
    public const string Classes = "batchwise.classes";

    /// <summary>What is done to an input before the network sees it, as text.</summary>
    public const string Preprocessing = "batchwise.preprocessing";

    public static IEnumerable<(string Key, string Value)> Of(Model model)
    {
        yield return (Output, model.Meaning.ToString());
        yield return (Preprocessing, model.Preprocessing.Text());
        if (!model.ClassNames.IsEmpty)
            yield return (Classes, string.Join('\n', model.ClassNames));
    }
}
