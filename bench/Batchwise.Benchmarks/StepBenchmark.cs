using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Batchwise.Benchmarks;

/// <summary>Whole training steps.</summary>
static class StepBenchmark
{
    private const int MostAllocationSteps = 200;

    // So small that a deep network without normalization does not run away on random labels; the time of a step does not depend on it.
    private const float Rate = 1e-5f;

    /// <summary>One network's step: the batch lies in the plan's input, as the peer's lies in its tensors.</summary>
    public static JsonObject Run(BenchmarkModel model, bool batchNorm, int batch, int size, int threads, int samples)
    {
        using var trainer = Create(model, batchNorm, batch, size, threads);
        void Step() => trainer.TakeStep(batch);
        var time = Timing.Median(samples, Step);
        var counted = Math.Min(samples, MostAllocationSteps);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < counted; i++)
            Step();
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        var gflops = batch * BenchmarkModel.StepOperations(trainer.Network) / time / 1e3;
        using var process = Process.GetCurrentProcess();
        var peak = LimitsBenchmark.PeakGflops(threads);
        return new JsonObject
        {
            ["model"] = model.Name,
            ["batchNorm"] = batchNorm,
            ["batch"] = batch,
            ["size"] = size,
            ["threads"] = threads,
            ["medianMicroseconds"] = Timing.Rounded(time),
            ["imagesPerSecond"] = Timing.Rounded(batch / time * 1e6),
            ["gflops"] = Timing.Rounded(gflops),
            ["shareOfPeak"] = peak > 0 ? Timing.Rounded(gflops / peak) : null,
            ["arenaBytes"] = trainer.Prepare(batch).Plan.ArenaBytes,
            ["peakResidentBytes"] = process.PeakWorkingSet64,
            ["allocatedBytesPerStep"] = allocated / counted,
            ["parameters"] = trainer.Network.ParameterCount,
            ["isa"] = Machine.InstructionSet,
        };
    }

    /// <summary>Both networks' steps in turn.</summary>
    public static JsonObject Tax(BenchmarkModel model, int batch, int size, int threads, int samples)
    {
        using var normalized = Create(model, true, batch, size, threads);
        using var plain = Create(model, false, batch, size, threads);
        var (with, without) = Timing.Medians(samples, () => normalized.TakeStep(batch), () => plain.TakeStep(batch));
        return new JsonObject
        {
            ["model"] = model.Name,
            ["batch"] = batch,
            ["size"] = size,
            ["threads"] = threads,
            ["bnMicroseconds"] = Timing.Rounded(with),
            ["plainMicroseconds"] = Timing.Rounded(without),
            ["tax"] = Timing.Rounded(with / without),
            ["isa"] = Machine.InstructionSet,
        };
    }

    private static Trainer Create(BenchmarkModel model, bool batchNorm, int batch, int size, int threads)
    {
        var network = model.Create(batchNorm, size);
        var trainer = new Trainer(network, new Sgd(Rate, momentum: 0.9f), threads: threads);
        var plan = trainer.Prepare(batch).Plan;
        var random = new Philox(2, RandomPurpose.Experiment, 0);
        var images = new float[batch * network.InputShape.Size];
        foreach (ref var pixel in images.AsSpan())
            pixel = (float)random.NextNormal();
        plan.SetInput(images, batch);
        for (var i = 0; i < batch; i++)
            plan.CurrentRun.Labels[i] = random.NextInt(network.OutputShape.Size);
        return trainer;
    }
}
