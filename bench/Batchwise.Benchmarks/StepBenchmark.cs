using System.Globalization;
using System.Text.Json.Nodes;

namespace Batchwise.Benchmarks;

/// <summary>Whole training steps.</summary>
static class StepBenchmark
{
    private const int AllocationSteps = 200;

    /// <summary>One network's step: the batch lies in the plan's input, as the peer's lies in its tensors.</summary>
    public static JsonObject Run(string model, bool batchNorm, int batch, int threads, int samples)
    {
        using var trainer = Create(model, batchNorm, batch, threads);
        void Step() => trainer.TakeStep(batch);
        var time = Timing.Median(samples, Step);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < AllocationSteps; i++)
            Step();
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        return new JsonObject
        {
            ["model"] = model,
            ["batchNorm"] = batchNorm,
            ["batch"] = batch,
            ["threads"] = threads,
            ["medianMicroseconds"] = Timing.Rounded(time),
            ["imagesPerSecond"] = Timing.Rounded(batch / time * 1e6),
            ["allocatedBytesPerStep"] = allocated / AllocationSteps,
            ["parameters"] = trainer.Network.ParameterCount,
            ["isa"] = Machine.InstructionSet,
        };
    }

    /// <summary>Both networks' steps in turn.</summary>
    public static JsonObject Tax(string model, int batch, int threads, int samples)
    {
        using var normalized = Create(model, true, batch, threads);
        using var plain = Create(model, false, batch, threads);
        var (with, without) = Timing.Medians(samples, () => normalized.TakeStep(batch), () => plain.TakeStep(batch));
        return new JsonObject
        {
            ["model"] = model,
            ["batch"] = batch,
            ["threads"] = threads,
            ["bnMicroseconds"] = Timing.Rounded(with),
            ["plainMicroseconds"] = Timing.Rounded(without),
            ["tax"] = Timing.Rounded(with / without),
            ["isa"] = Machine.InstructionSet,
        };
    }

    private static Trainer Create(string model, bool batchNorm, int batch, int threads)
    {
        var network = NetworkOf(model);
        var trainer = new Trainer(batchNorm ? network.WithBatchNormalization() : network, new Sgd(0.01f, momentum: 0.9f), threads: threads);
        var plan = trainer.Prepare(batch).Plan;
        var random = new Philox(2, RandomPurpose.Experiment, 0);
        var images = new float[batch * network.InputShape.Size];
        foreach (ref var pixel in images.AsSpan())
            pixel = (float)random.NextNormal();
        plan.SetInput(images, batch);
        for (var i = 0; i < batch; i++)
            plan.CurrentRun.Labels[i] = random.NextInt(10);
        return trainer;
    }

    private static Network NetworkOf(string model)
    {
        if (model == "mnist-mlp")
            return Network.Input(784).Dense(100).Sigmoid().Dense(100).Sigmoid().Dense(100).Sigmoid().Dense(10);
        const string square = "mlp-";
        if (model.StartsWith(square, StringComparison.Ordinal)
            && int.TryParse(model.AsSpan(square.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var width) && width > 0)
            return Network.Input(width).Dense(width).Relu().Dense(width).Relu().Dense(10);
        throw new ArgumentException($"There is no model '{model}'; there are mnist-mlp and mlp-WIDTH, such as mlp-1024.");
    }
}
