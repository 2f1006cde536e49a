using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels.Convolutions;

/// <summary>A convolution on random tensors whose rows have some floats more than channels, by any plan.</summary>
public sealed class ConvolutionRun
{
    private const int Padding = 3;
    private readonly ConvolutionShape shape;
    private readonly int count;

    internal ConvolutionRun(ConvolutionShape shape, int count, ulong seed = 1)
    {
        (this.shape, this.count) = (shape, count);
        X = Values((long)count * shape.Positions * (shape.Channels + Padding), seed);
        Weight = Values(shape.Weights, seed + 100);
        Y = Values((long)count * shape.OutPositions * (shape.Outputs + Padding), seed + 200);
    }

    /// <summary>x or dx.</summary>
    public float[] X { get; }

    /// <summary>The weight or its gradient.</summary>
    public float[] Weight { get; }

    /// <summary>y or dy.</summary>
    public float[] Y { get; }

    /// <summary>The tensor that a plan writes, as it stands after it.</summary>
    internal float[] Result(ConvolutionPlan plan, ConvolutionDirection direction, bool accumulate = false, bool backwards = false)
    {
        var (x, weight, y) = (X.ToArray(), Weight.ToArray(), Y.ToArray());
        Run(plan, x, weight, y, new float[plan.SharedScratch], new float[plan.WorkerScratch], accumulate, backwards);
        return direction switch
        {
            ConvolutionDirection.Forward => y,
            ConvolutionDirection.InputGradient => x,
            _ => weight,
        };
    }

    /// <summary>Bytes of managed memory that all tasks of a plan allocate.</summary>
    internal long Allocated(ConvolutionPlan plan)
    {
        var (shared, worker) = (new float[plan.SharedScratch], new float[plan.WorkerScratch]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(plan, X, Weight, Y, shared, worker, accumulate: false, backwards: false);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>Asserts that what the last phase's tasks complete is the written tensor, once.</summary>
    internal void AssertCompletes(ConvolutionPlan plan, ConvolutionDirection direction)
    {
        var (rows, channels) = direction == ConvolutionDirection.Forward ? (count * shape.OutPositions, shape.Outputs) : (count * shape.Positions, shape.Channels);
        var times = new int[rows, channels];
        for (var task = 0; task < plan.Tasks(plan.Phases - 1, count); task++)
        {
            var block = plan.Completes(task, count);
            for (var row = block.FirstRow; row < block.FirstRow + block.Rows; row++)
            {
                for (var channel = block.FirstChannel; channel < block.FirstChannel + block.Channels; channel++)
                    times[row, channel]++;
            }
        }
        Assert.All(times.Cast<int>(), value => Assert.Equal(1, value));
    }

    /// <summary>The root of the mean square of the difference, of that of the expected values.</summary>
    public static double RelativeError(float[] expected, float[] actual)
    {
        double difference = 0, magnitude = 0;
        for (var i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow((double)actual[i] - expected[i], 2);
            magnitude += Math.Pow(expected[i], 2);
        }
        return Math.Sqrt(difference / magnitude);
    }

    private void Run(ConvolutionPlan plan, float[] x, float[] weight, float[] y, float[] shared, float[] worker, bool accumulate, bool backwards)
    {
        Array.Fill(shared, backwards ? float.NaN : 1e30f);
        for (var phase = 0; phase < plan.Phases; phase++)
        {
            var tasks = plan.Tasks(phase, count);
            for (var i = 0; i < tasks; i++)
            {
                Array.Fill(worker, backwards ? float.NaN : 1e30f);
                plan.Run(phase, backwards ? tasks - 1 - i : i, new ConvolutionOperands
                {
                    Count = count,
                    X = x,
                    XStride = shape.Channels + Padding,
                    Weight = weight,
                    Y = y,
                    YStride = shape.Outputs + Padding,
                    Accumulate = accumulate,
                    SharedScratch = shared,
                    WorkerScratch = worker,
                });
            }
        }
    }

    private static float[] Values(long count, ulong stream)
    {
        var random = new Philox(7, RandomPurpose.Experiment, stream);
        var values = new float[count];
        foreach (ref var value in values.AsSpan())
            value = 2 * random.NextSingle() - 1;
        return values;
    }
}
