using System.Collections.Immutable;
using Batchwise.Onnx.Protocol;

namespace Batchwise.Onnx;

/// <summary>What an ONNX file says of a model besides its graph: the keys that model files of Batchwise have too.</summary>
static class OnnxMetadata
{
    /// <summary>What the outputs mean: the name of an <see cref="OutputMeaning"/>.</summary>
    public const string Output = "batchwise.output";

    /// <summary>The classes' names, one per line.</summary>
    public const string Classes = "batchwise.classes";

    /// <summary>What is done to an input before the network sees it, as text.</summary>
    public const string Preprocessing = "batchwise.preprocessing";

    /// <summary>Where the channels of the input's maps are: <see cref="ChannelsFirst"/> or <see cref="ChannelsLast"/>.</summary>
    public const string Layout = "batchwise.layout";

    /// <summary>[N, C, H, W].</summary>
    public const string ChannelsFirst = "NCHW";

    /// <summary>[N, H, W, C].</summary>
    public const string ChannelsLast = "NHWC";

    /// <summary>The entries for a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="channelsFirst">Whether the graph takes maps channels first.</param>
    /// <param name="withPreprocessing">Whether inputs are to be prepared before the graph sees them; not where the graph does so.</param>
    public static IEnumerable<(string Key, string Value)> Of(Model model, bool channelsFirst, bool withPreprocessing)
    {
        yield return (Output, model.Meaning.ToString());
        yield return (Layout, channelsFirst ? ChannelsFirst : ChannelsLast);
        if (withPreprocessing)
            yield return (Preprocessing, model.Preprocessing.Text());
        if (!model.ClassNames.IsEmpty)
            yield return (Classes, string.Join('\n', model.ClassNames));
    }

    /// <summary>A model with what its file says besides the graph; values that do not fit the network are refused.</summary>
    /// <param name="proto">The file.</param>
    /// <param name="state">The network that was read.</param>
    /// <param name="meaning">What the end of the graph says of the outputs; null where it says nothing.</param>
    /// <exception cref="InvalidDataException">A value is not what its key asks for.</exception>
    public static Model Read(ModelProto proto, NetworkState state, OutputMeaning? meaning)
    {
        string? Value(string key) => proto.MetadataProps.LastOrDefault(entry => entry.Key == key)?.Value;
        try
        {
            var stated = meaning ?? OutputMeaning.Values;
            if (Value(Output) is { } text && !(Enum.TryParse(text, out stated) && Enum.IsDefined(stated)))
                throw new InvalidDataException($"it says {Quotation.Of(text)} of its outputs' meaning, which is none.");
            return new Model(state, stated)
            {
                ClassNames = Value(Classes) is { } names ? names.Split('\n').ToImmutableArray() : [],
                Preprocessing = Value(Preprocessing) is { } settings ? Batchwise.Preprocessing.Parse(settings) : Batchwise.Preprocessing.None,
            };
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"its metadata do not fit its graph: {error.Message}", error);
        }
    }
}
