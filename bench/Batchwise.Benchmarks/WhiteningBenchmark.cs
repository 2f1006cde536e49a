using System.Text.Json.Nodes;

namespace Batchwise.Benchmarks;

/// <summary>Batch whitening of vectors, as a plan that has nothing else.</summary>
static class WhiteningBenchmark
{
    public static JsonObject Run(int n, int c, int threads, int samples)
    {
        using var pool = new WorkerPool(threads);
        return new JsonObject
        {
            ["op"] = "whiten",
            ["N"] = n,
            ["C"] = c,
            ["threads"] = threads,
            ["zcaMedianMicroseconds"] = Timing.Rounded(Time(new ZcaWhitening())),
            ["newtonMedianMicroseconds"] = Timing.Rounded(Time(new IterativeNormalization())),
            ["isa"] = Machine.InstructionSet,
        };

        double Time(Whitening layer)
        {
            var plan = Plan.Compile(NetworkState.Create(Network.Input(c).Then(layer), 1), NetworkMode.Training, n, StandardLayers.Catalogue, after: builder =>
            {
                builder.GradientTarget(builder.Network.Output);
                return null;
            }, keepAll: true, inputGradient: true);
            Fill(plan.Memory.Span(plan.Input, n), 1);
            Fill(plan.Memory.Span(plan.OutputGradient!, n), 2);
            return Timing.Median(samples, () => plan.Run(pool, n));
        }
    }

    private static void Fill(Span<float> values, ulong stream)
    {
        var random = new Philox(3, RandomPurpose.Experiment, stream);
        foreach (ref var value in values)
            value = 4 * random.NextSingle() - 2;
    }
}
