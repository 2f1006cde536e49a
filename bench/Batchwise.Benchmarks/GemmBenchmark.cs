using System.Text.Json.Nodes;

namespace Batchwise.Benchmarks;

/// <summary>Matrix products.</summary>
static class GemmBenchmark
{
    public static JsonObject Run(int m, int n, int k, bool transposeA, bool transposeB, int threads, int samples)
    {
        using var pool = new WorkerPool(threads);
        var step = new GemmStep(m, n, k, transposeA, transposeB);
        var schedule = new Schedule([step]);
        var run = new PlanRun(new PlanMemory(NetworkState.Create(Network.Input(1), 0), 0, 0)) { Count = 1 };
        var time = Timing.Median(samples, () => pool.Run(schedule, run));
        return new JsonObject
        {
            ["op"] = "gemm",
            ["M"] = m,
            ["N"] = n,
            ["K"] = k,
            ["transposeA"] = transposeA,
            ["transposeB"] = transposeB,
            ["threads"] = threads,
            ["medianMicroseconds"] = Timing.Rounded(time),
            ["gflops"] = Timing.Rounded(2.0 * m * n * k / time / 1e3),
            ["isa"] = Machine.InstructionSet,
        };
    }
}
