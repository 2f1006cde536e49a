using Batchwise.Onnx.Protocol;
using Google.Protobuf;
using static System.FormattableString;

namespace Batchwise.Onnx;

/// <summary>
/// Reads ONNX models as networks of Batchwise, which can be inspected, trained further, normalized, folded, run and exported again.
/// </summary>
/// <remarks>
/// <para>The network takes its inputs channels last, [H, W, C], whatever order the file has: weights and axes are turned where they are
/// read, and no layer transposes. A softmax at the end becomes the meaning of the outputs.</para>
/// <code>
/// var model = OnnxImport.Load("resnet.onnx");
/// float[] probabilities = model.Predict(image);
/// </code>
/// </remarks>
public static class OnnxImport
{
    private const int LeastOpset = 7;

    /// <summary>Reads a model.</summary>
    /// <param name="path">The file. Weights in other files are read from its folder.</param>
    /// <param name="options">What the file does not say; null is the default.</param>
    /// <returns>
    /// The model. Its statistics of batch normalization count as moving averages; class names, preprocessing and the meaning of the outputs
    /// are those that <see cref="OnnxExport"/> wrote, where it wrote the file.
    /// </returns>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, or holds an operator, attribute or type that is not read; the message names the node and the reason.
    /// </exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static Model Load(string path, OnnxImportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var bytes = DiskReading.ReadAll(path, path);
        try
        {
            return Read(Parse(bytes), Path.GetDirectoryName(Path.GetFullPath(path)), options ?? new());
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{path} cannot be read: {error.Message}", error);
        }
    }

    internal static ModelProto Parse(byte[] bytes)
    {
        try
        {
            return ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new InvalidDataException($"it is no ONNX file, or it is cut off ({error.Message})");
        }
    }

    internal static Model Read(ModelProto proto, string? folder, OnnxImportOptions options) => Read(proto, folder, options, out _);

    internal static Model Read(ModelProto proto, string? folder, OnnxImportOptions options, out GraphReader reader)
    {
        if (proto.Graph is null)
            throw new InvalidDataException("it is no ONNX file: it holds no graph.");
        if (proto.Functions.Count > 0)
            throw new InvalidDataException("it defines operators of its own (functions), which are not read: export it without them.");
        if (proto.Graph.SparseInitializer.Count > 0)
            throw new InvalidDataException("it holds sparse tensors, which are not read: export it with dense ones.");
        var versions = proto.OpsetImport.Where(entry => entry.Domain is "" or "ai.onnx").Select(entry => entry.Version).ToArray();
        if (versions.Length != 1 || versions[0] < LeastOpset)
            throw new InvalidDataException(Invariant($"it asks for {(versions.Length == 1 ? $"version {versions[0]} of ONNX's operators" : "no version of ONNX's operators, or several")}: {LeastOpset} and later are read."));
        string? Metadata(string key) => proto.MetadataProps.LastOrDefault(entry => entry.Key == key)?.Value;
        reader = new GraphReader(proto.Graph, new TensorReader(folder))
        {
            OutputsAreValues = Metadata(OnnxMetadata.Output) == nameof(OutputMeaning.Values),
            ChannelsFirst = Metadata(OnnxMetadata.Layout) switch
            {
                OnnxMetadata.ChannelsFirst => true,
                OnnxMetadata.ChannelsLast => false,
                _ => null,
            },
        };
        var state = reader.Read(versions[0], options);
        return OnnxMetadata.Read(proto, state, reader.Meaning);
    }
}
