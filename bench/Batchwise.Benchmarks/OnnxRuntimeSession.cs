using Batchwise.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace Batchwise.Benchmarks;

/// <summary>ONNX Runtime on an exported model, with all of its optimizations, its input and output bound once.</summary>
sealed class OnnxRuntimeSession : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.onnx");
    private readonly InferenceSession session;
    private readonly OrtValue input;
    private readonly OrtValue output;
    private readonly OrtIoBinding binding;
    private readonly RunOptions run = new();

    /// <param name="model">The model; it is exported folded, with probabilities, for images as they lie here.</param>
    /// <param name="images">[batch, input shape], channels last.</param>
    /// <param name="batch">Images per call.</param>
    /// <param name="threads">Threads of a call.</param>
    public OnnxRuntimeSession(Model model, float[] images, int batch, int threads)
    {
        OnnxExport.Save(model, path, new OnnxExportOptions { Batch = batch, Probabilities = true, ChannelsFirst = true });
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        session = new InferenceSession(path, options);
        var shape = model.Network.InputShape;
        long[] extents = [.. session.InputMetadata.Single().Value.Dimensions.Select(extent => (long)extent)];
        input = OrtValue.CreateTensorValueFromMemory(shape.Rank == 3 ? ChannelsFirst(images, shape, batch) : images, extents);
        output = OrtValue.CreateTensorValueFromMemory(new float[batch * model.Network.OutputShape.Size],
            [batch, model.Network.OutputShape.Size]);
        binding = session.CreateIoBinding();
        binding.BindInput(session.InputNames[0], input);
        binding.BindOutput(session.OutputNames[0], output);
    }

    /// <summary>ONNX Runtime's version.</summary>
    public static string Version => OrtEnv.Instance().GetVersionString();

    /// <summary>One call.</summary>
    public void Run() => session.RunWithBinding(run, binding);

    /// <summary>How far its outputs are from others'.</summary>
    public double LargestDifference(ReadOnlySpan<float> others)
    {
        Run();
        var own = output.GetTensorDataAsSpan<float>();
        double largest = 0;
        for (var i = 0; i < own.Length; i++)
            largest = Math.Max(largest, Math.Abs((double)own[i] - others[i]));
        return largest;
    }

    public void Dispose()
    {
        binding.Dispose();
        output.Dispose();
        input.Dispose();
        session.Dispose();
        run.Dispose();
        File.Delete(path);
    }

    private static float[] ChannelsFirst(float[] images, Shape shape, int batch)
    {
        var result = new float[images.Length];
        var (places, channels) = (shape.Positions, shape.Channels);
        for (var n = 0; n < batch; n++)
        {
            for (var place = 0; place < places; place++)
            {
                for (var channel = 0; channel < channels; channel++)
                    result[(n * channels + channel) * places + place] = images[(n * places + place) * channels + channel];
            }
        }
        return result;
    }
}
