using System.Text.Json.Nodes;

namespace Batchwise.Benchmarks;

/// <summary>Batch normalization and ReLU of maps, as a plan that has nothing else.</summary>
static class MapBenchmark
{
    public static JsonObject Run(int n, int c, int h, int w, int threads, int samples)
    {
        var network = Network.Input(h, w, c).BatchNormalization().Relu();
        var state = NetworkState.Create(network, 1);
        using var pool = new WorkerPool(threads);
        var forward = Plan.Compile(state, NetworkMode.Statistics, n, StandardLayers.Catalogue);
        var both = Plan.Compile(state, NetworkMode.Training, n, StandardLayers.Catalogue, after: builder =>
        {
            builder.GradientTarget(builder.Network.Output);
            return null;
        }, keepAll: true, inputGradient: true);
        Fill(forward.Memory.Span(forward.Input, n), 1);
        Fill(both.Memory.Span(both.Input, n), 1);
        Fill(both.Memory.Span(both.OutputGradient!, n), 2);

        var forwardTime = Timing.Median(samples, () => forward.Run(pool, n));
        var time = Timing.Median(samples, () => both.Run(pool, n));
        var bytes = (double)sizeof(float) * n * c * h * w;
        return new JsonObject
        {
            ["op"] = "bnrelu",
            ["N"] = n,
            ["C"] = c,
            ["H"] = h,
            ["W"] = w,
            ["threads"] = threads,
            ["medianMicroseconds"] = Timing.Rounded(time),
            ["gigabytesPerSecond"] = Timing.Rounded(5 * bytes / time / 1e3),
            ["forwardMedianMicroseconds"] = Timing.Rounded(forwardTime),
            ["forwardGigabytesPerSecond"] = Timing.Rounded(2 * bytes / forwardTime / 1e3),
            ["isa"] = Machine.InstructionSet,
        };
    }

    private static void Fill(Span<float> values, ulong stream)
    {
        var random = new Philox(3, RandomPurpose.Experiment, stream);
        foreach (ref var value in values)
            value = 4 * random.NextSingle() - 2;
    }
}
