namespace Batchwise.Onnx;

/// <summary>What an ONNX file does not say by itself.</summary>
public sealed record OnnxImportOptions
{
    /// <summary>
    /// The shape of one sample as the network takes it, height, width, channels or features, for a file that leaves it open. Default:
    /// the file's.
    /// </summary>
    public Shape? InputShape { get; init; }
}
