namespace Batchwise.Onnx;

/// <summary>Constants that apply to single values of a layer's output: brought from ONNX's order into that of memory.</summary>
static class PerValue
{
    // A constant of one number may be spread over a sample of any size that a hostile file states.
    private const int MostValues = 1 << 26;

    /// <summary>One constant for each value in memory, as NumPy broadcasts it; null where it does not fit, or samples are too large.</summary>
    public static float[]? InMemoryOrder(ActivationValue x, OnnxTensor constant)
    {
        // The batch's own axis comes first; a constant that differs along it belongs to no single sample.
        var tensor = constant.Dims.Length == x.Dims.Length + 1 && constant.Dims[0] == 1 ? constant with { Dims = constant.Dims[1..] } : constant;
        if (x.View.Size > MostValues || tensor.Dims.Length > x.Dims.Length || tensor.Broadcast(x.Dims.AsSpan()) is not { } values)
            return null;
        return [.. x.View.Places().Select(place => values[place])];
    }

    /// <summary>One constant for each channel of the node's shape; null where it differs within a channel.</summary>
    public static float[]? PerChannel(ActivationValue x, OnnxTensor constant)
    {
        if (InMemoryOrder(x, constant) is not { } values)
            return null;
        var channels = x.Node.Shape.Channels;
        for (var i = channels; i < values.Length; i++)
        {
            if (values[i] != values[i % channels])
                return null;
        }
        return values[..channels];
    }
}
