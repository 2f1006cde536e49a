using Microsoft.ML.OnnxRuntime;

namespace Batchwise.Tests.Onnx;

/// <summary>ONNX Runtime on the processor, one thread: what exported models are checked by.</summary>
internal static class Runtime
{
    /// <summary>The one output of a model of one input.</summary>
    /// <param name="path">The model.</param>
    /// <param name="input">The input's values.</param>
    /// <param name="count">Samples of the batch.</param>
    public static float[] Run(string path, float[] input, int count)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(path, options);
        var (name, description) = Assert.Single(session.InputMetadata);
        long[] shape = [.. description.Dimensions.Select((extent, axis) => (long)(axis == 0 ? count : extent))];
        using var value = OrtValue.CreateTensorValueFromMemory(input, shape);
        using var run = new RunOptions();
        using var outputs = session.Run(run, [name], [value], session.OutputNames);
        return Assert.Single(outputs).GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>The model's description: inputs, outputs, metadata.</summary>
    public static ModelMetadata Metadata(string path)
    {
        using var session = new InferenceSession(path);
        return session.ModelMetadata;
    }
}
