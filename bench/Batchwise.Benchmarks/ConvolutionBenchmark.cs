using System.Text.Json.Nodes;
using Batchwise.Kernels;

namespace Batchwise.Benchmarks;

/// <summary>Convolutions with padding K/2 and no bias: each direction alone, and all three one after another.</summary>
static class ConvolutionBenchmark
{
    public static JsonObject Run(int n, int h, int w, int cin, int cout, int k, int s, int threads, int samples)
    {
        var shape = new ConvolutionShape
        {
            Height = h,
            Width = w,
            Channels = cin,
            OutHeight = (h + 2 * (k / 2) - k) / s + 1,
            OutWidth = (w + 2 * (k / 2) - k) / s + 1,
            Outputs = cout,
            KernelHeight = k,
            KernelWidth = k,
            StrideY = s,
            StrideX = s,
            Top = k / 2,
            Left = k / 2,
        };
        if (shape.OutHeight < 1 || shape.OutWidth < 1)
            throw new ArgumentException($"A kernel of {k} x {k} does not fit a map of {h} x {w}.");
        var (x, dx) = (Filled((long)n * shape.Positions * cin, 1), new AlignedMemory((long)n * shape.Positions * cin));
        var (weight, dWeight) = (Filled(shape.Weights, 2), new AlignedMemory(shape.Weights));
        var (y, dy) = (new AlignedMemory((long)n * shape.OutPositions * cout), Filled((long)n * shape.OutPositions * cout, 3));
        var forward = new ConvolutionStep(shape, ConvolutionDirection.Forward, n, x, weight, y);
        var input = new ConvolutionStep(shape, ConvolutionDirection.InputGradient, n, dx, weight, dy);
        var parameters = new ConvolutionStep(shape, ConvolutionDirection.WeightGradient, n, x, dWeight, dy);

        ConvolutionStep[] all = [forward, input, parameters];
        var scratch = new AlignedMemory(all.Max(step => step.SharedScratch));
        foreach (var step in all)
            step.Share(scratch);

        using var pool = new WorkerPool(threads);
        var run = new PlanRun(new PlanMemory(NetworkState.Create(Network.Input(1), 0), 0, 0)) { Count = n };
        Timing.Range Time(params Step[] steps)
        {
            Schedule[] prepared = [.. steps.Select(step => new Schedule([step]))];
            return Timing.RangeOf(samples, () =>
            {
                foreach (var schedule in prepared)
                    pool.Run(schedule, run);
            });
        }

        var peak = LimitsBenchmark.PeakGflops(threads);
        var flops = 2.0 * n * shape.Work;
        var result = new JsonObject { ["op"] = "conv", ["N"] = n, ["H"] = h, ["W"] = w, ["Cin"] = cin, ["Cout"] = cout, ["K"] = k, ["S"] = s, ["threads"] = threads };
        Add("", 3, Time([.. all]), null);
        Add("forward", 1, Time(forward), forward);
        Add("inputGradient", 1, Time(input), input);
        Add("weightGradient", 1, Time(parameters), parameters);
        result["isa"] = Machine.InstructionSet;
        return result;

        void Add(string prefix, int directions, Timing.Range time, ConvolutionStep? step)
        {
            string Name(string field) => prefix.Length == 0 ? field : prefix + char.ToUpperInvariant(field[0]) + field[1..];
            var rate = directions * flops / time.Median / 1e3;
            result[Name("medianMicroseconds")] = Timing.Rounded(time.Median);
            result[Name("leastMicroseconds")] = Timing.Rounded(time.Least);
            result[Name("gflops")] = Timing.Rounded(rate);
            if (peak > 0)
                result[Name("shareOfPeak")] = Timing.Rounded(rate / peak);
            if (step is not null)
                result[Name("variant")] = step.Variant;
        }
    }

    private static AlignedMemory Filled(long length, ulong stream)
    {
        var memory = new AlignedMemory(length);
        var random = new Philox(4, RandomPurpose.Experiment, stream);
        foreach (ref var value in memory.Span(0, (int)length))
            value = 2 * random.NextSingle() - 1;
        return memory;
    }
}
