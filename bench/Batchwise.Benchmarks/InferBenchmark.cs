using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Batchwise.Benchmarks;

/// <summary>Predictions of a folded network, alone or in turn with ONNX Runtime on the same network, exported.</summary>
static class InferBenchmark
{
    private const int AllocationCalls = 100;

    /// <summary>Runs it.</summary>
    /// <param name="model">The network; its weights are random, its statistics are those of random images.</param>
    /// <param name="batch">Images per call, and the predictor's capacity.</param>
    /// <param name="size">Height and width of an image.</param>
    /// <param name="threads">Threads of a call.</param>
    /// <param name="samples">Samples of which the median is taken.</param>
    /// <param name="versus">Whether ONNX Runtime runs too.</param>
    public static JsonObject Run(BenchmarkModel model, int batch, int size, int threads, int samples, bool versus)
    {
        var network = model.Create(true, size);
        var trained = Estimated(network);
        var images = new float[batch * network.InputShape.Size];
        var random = new Philox(2, RandomPurpose.Experiment, 0);
        foreach (ref var pixel in images.AsSpan())
            pixel = (float)random.NextNormal();
        var outputs = new float[batch * network.OutputShape.Size];

        var start = Stopwatch.GetTimestamp();
        using var predictor = new Predictor(trained, new PredictorOptions { Capacity = batch, Threads = threads });
        predictor.Predict(images, outputs);
        var cold = Stopwatch.GetElapsedTime(start);
        // Before the other engine takes memory too.
        using var process = Process.GetCurrentProcess();
        var resident = process.WorkingSet64;
        void Ours() => predictor.Predict(images, outputs);

        var result = new JsonObject
        {
            ["model"] = model.Name,
            ["batch"] = batch,
            ["size"] = size,
            ["threads"] = threads,
        };
        if (versus)
        {
            using var other = new OnnxRuntimeSession(trained, images, batch, threads);
            var (ours, theirs) = Timing.MediansOfEngines(samples, Ours, other.Run);
            result["medianMicroseconds"] = Timing.Rounded(ours);
            result["onnxRuntimeMicroseconds"] = Timing.Rounded(theirs);
            result["ratio"] = Timing.Rounded(theirs / ours);
            result["onnxRuntime"] = OnnxRuntimeSession.Version;
            result["largestDifference"] = other.LargestDifference(outputs);
        }
        else
        {
            result["medianMicroseconds"] = Timing.Rounded(Timing.Median(samples, Ours));
        }
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < AllocationCalls; i++)
            Ours();
        result["allocatedBytesPerCall"] = (GC.GetTotalAllocatedBytes(precise: true) - before) / AllocationCalls;
        result["afterPauseMicroseconds"] = Timing.Rounded(Timing.MedianAfterPauses(samples, Ours));
        result["coldStartMicroseconds"] = Timing.Rounded(cold.TotalMicroseconds);
        result["preparedBytes"] = predictor.PreparedBytes;
        result["residentBytes"] = resident;
        result["parameters"] = network.ParameterCount;
        result["isa"] = Machine.InstructionSet;
        return result;
    }

    private static Model Estimated(Network network)
    {
        const int count = 16;
        var random = new Philox(3, RandomPurpose.Experiment, 0);
        var images = new float[count * network.InputShape.Size];
        foreach (ref var pixel in images.AsSpan())
            pixel = (float)random.NextNormal();
        using var trainer = new Trainer(network, new Sgd(0.1f));
        trainer.EstimatePopulation(new Dataset(images, new int[count], network.InputShape, network.OutputShape.Size), count);
        return trainer.ToModel();
    }
}
