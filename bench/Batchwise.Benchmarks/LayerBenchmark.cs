using System.Text.Json.Nodes;

namespace Batchwise.Benchmarks;

/// <summary>A layer or two, as a plan that has nothing else: forward and backward with all gradients, and forward alone.</summary>
static class LayerBenchmark
{
    /// <param name="name">The operation's name.</param>
    /// <param name="sizes">What it is called with; the first is the batch.</param>
    /// <param name="make">From the sizes to the network.</param>
    /// <param name="threads">How many threads.</param>
    /// <param name="samples">How many times are taken for the median.</param>
    public static JsonObject Run(string name, (string Name, int Value)[] sizes, Func<int[], Network> make, int threads, int samples)
    {
        var n = sizes[0].Value;
        var network = make([.. sizes.Select(size => size.Value)]);
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
        var bytes = (double)sizeof(float) * n * network.OutputShape.Size;
        var result = new JsonObject { ["op"] = name };
        foreach (var (title, value) in sizes)
            result[title] = value;
        result["threads"] = threads;
        result["medianMicroseconds"] = Timing.Rounded(time);
        result["gigabytesPerSecond"] = Timing.Rounded(5 * bytes / time / 1e3);
        result["forwardMedianMicroseconds"] = Timing.Rounded(forwardTime);
        result["forwardGigabytesPerSecond"] = Timing.Rounded(2 * bytes / forwardTime / 1e3);
        result["isa"] = Machine.InstructionSet;
        return result;
    }

    private static void Fill(Span<float> values, ulong stream)
    {
        var random = new Philox(3, RandomPurpose.Experiment, stream);
        foreach (ref var value in values)
            value = 4 * random.NextSingle() - 2;
    }
}
