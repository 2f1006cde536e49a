using System.Runtime.InteropServices;
using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels.Convolutions;

/// <summary>A convolution with its tensors, run by plans task by task, on one thread.</summary>
internal sealed class ConvolutionCase
{
    public ConvolutionCase(ConvolutionShape shape, int count, int padding = 0, bool accumulate = false)
    {
        (Shape, Count, Accumulate) = (shape, count, accumulate);
        X = new GuardedMatrix(count * shape.Positions, shape.Channels, shape.Channels + padding, 1);
        Weight = new GuardedMatrix(1, (int)shape.Weights, (int)shape.Weights, 2);
        Y = new GuardedMatrix(count * shape.OutPositions, shape.Outputs, shape.Outputs + 2 * padding, 3);
    }

    public ConvolutionShape Shape { get; }

    public int Count { get; }

    public bool Accumulate { get; }

    public GuardedMatrix X { get; init; }

    public GuardedMatrix Weight { get; init; }

    public GuardedMatrix Y { get; init; }

    /// <summary>A convolution by its numbers; the padding on the right and below is what the rest leaves.</summary>
    public static ConvolutionShape Of(
        int height, int width, int channels, int outputs, int kernelHeight, int kernelWidth, int strideY = 1, int strideX = 1,
        int top = 0, int left = 0, int bottom = 0, int right = 0, int dilationY = 1, int dilationX = 1, int groups = 1) => new()
        {
            Height = height,
            Width = width,
            Channels = channels,
            OutHeight = (height + top + bottom - (kernelHeight - 1) * dilationY - 1) / strideY + 1,
            OutWidth = (width + left + right - (kernelWidth - 1) * dilationX - 1) / strideX + 1,
            Outputs = outputs,
            KernelHeight = kernelHeight,
            KernelWidth = kernelWidth,
            StrideY = strideY,
            StrideX = strideX,
            Top = top,
            Left = left,
            DilationY = dilationY,
            DilationX = dilationX,
            Groups = groups,
        };

    /// <summary>What a plan computes: the tensor that it writes, a copy that held other values before.</summary>
    public GuardedMatrix Run(ConvolutionDirection direction, ConvolutionPlan plan, bool lastTaskFirst = false)
    {
        var target = Written(direction).Copy();
        var (x, weight, y) = (X, Weight, Y);
        switch (direction)
        {
            case ConvolutionDirection.Forward:
                y = target;
                break;
            case ConvolutionDirection.InputGradient:
                x = target;
                break;
            default:
                weight = target;
                break;
        }
        Run(plan, x, weight, y, new float[plan.PreparedWeight], new float[plan.SharedScratch], new float[plan.WorkerScratch],
            lastTaskFirst);
        target.AssertGuardsHold();
        return target;
    }

    /// <summary>
    /// What a plan computes forward of a weight that was prepared before: the plan is not given the weight itself, unless it has
    /// no form of its own.
    /// </summary>
    public GuardedMatrix RunPrepared(ConvolutionPlan plan)
    {
        var y = Y.Copy();
        var (prepared, shared, worker) = (new float[plan.PreparedWeight], new float[plan.SharedScratch],
            new float[plan.WorkerScratch]);
        Array.Fill(prepared, float.NaN);
        for (var task = plan.WeightTasks - 1; task >= 0; task--)
        {
            Array.Fill(worker, float.NaN);
            plan.PrepareWeight(task, Weight.Span, prepared, worker);
        }
        Array.Fill(shared, float.NaN);
        for (var phase = 0; phase < plan.Phases; phase++)
        {
            for (var task = phase == 0 ? plan.WeightTasks : 0; task < plan.Tasks(phase, Count); task++)
            {
                plan.Run(phase, task, new ConvolutionOperands
                {
                    Count = Count,
                    X = X.Span,
                    XStride = X.Stride,
                    Weight = plan.PreparedWeight > 0 ? default : Weight.Span,
                    Y = y.Span,
                    YStride = y.Stride,
                    PreparedWeight = prepared,
                    IsPrepared = true,
                    SharedScratch = shared,
                    WorkerScratch = worker,
                });
            }
        }
        y.AssertGuardsHold();
        return y;
    }

    /// <summary>Bytes of managed memory that all tasks of a plan allocate.</summary>
    public long Allocated(ConvolutionPlan plan)
    {
        var (prepared, shared, worker) = (new float[plan.PreparedWeight], new float[plan.SharedScratch],
            new float[plan.WorkerScratch]);
        return Allocation.Least(() => Run(plan, X, Weight, Y, prepared, shared, worker, lastTaskFirst: false));
    }

    /// <summary>Asserts that what the last phase's tasks complete is the written tensor, each value once.</summary>
    public void AssertCompletesEachOnce(ConvolutionDirection direction, ConvolutionPlan plan)
    {
        var written = Written(direction);
        var times = new int[written.Rows, written.Columns];
        for (var task = 0; task < plan.Tasks(plan.Phases - 1, Count); task++)
        {
            var block = plan.Completes(task, Count);
            for (var row = block.FirstRow; row < block.FirstRow + block.Rows; row++)
            {
                for (var column = block.FirstChannel; column < block.FirstChannel + block.Channels; column++)
                    times[row, column]++;
            }
            var weights = plan.CompletesWeights(task, Count);
            for (var row = 0; row < weights.Rows; row++)
            {
                for (var place = weights.First + row * weights.Step; place < weights.First + row * weights.Step + weights.Length; place++)
                    times[place / written.Columns, place % written.Columns]++;
            }
        }
        Assert.All(times.Cast<int>(), time => Assert.Equal(1, time));
    }

    /// <summary>The root mean squares of the difference and of what is expected, which may be 0.</summary>
    public static (double Error, double Scale) Difference(GuardedMatrix expected, GuardedMatrix actual)
    {
        double error = 0, scale = 0;
        for (var row = 0; row < expected.Rows; row++)
        {
            for (var column = 0; column < expected.Columns; column++)
            {
                error += Math.Pow((double)actual[row, column] - expected[row, column], 2);
                scale += Math.Pow(expected[row, column], 2);
            }
        }
        var values = (double)expected.Rows * expected.Columns;
        return (Math.Sqrt(error / values), Math.Sqrt(scale / values));
    }

    /// <summary>
    /// The root mean square of sums of as many terms with random signs as a value of the result has. The result's own may be far
    /// less: few values happen to cancel, or many terms are padding.
    /// </summary>
    public double TypicalSum(ConvolutionDirection direction) => direction switch
    {
        ConvolutionDirection.Forward => RootMeanSquare(X) * RootMeanSquare(Weight),
        ConvolutionDirection.InputGradient => RootMeanSquare(Y) * RootMeanSquare(Weight),
        _ => RootMeanSquare(X) * RootMeanSquare(Y),
    } * Math.Sqrt(Terms(direction));

    /// <summary>How many terms a value of the result has, those of padding included.</summary>
    public double Terms(ConvolutionDirection direction) => direction switch
    {
        ConvolutionDirection.Forward => (double)Shape.Weights / Shape.Outputs,
        ConvolutionDirection.InputGradient => (double)Shape.Weights / Shape.Channels,
        _ => Count * Shape.OutPositions,
    };

    /// <summary>Whether two results are the same to the bit, and to the floats between their rows.</summary>
    public static bool SameBits(GuardedMatrix one, GuardedMatrix other) =>
        MemoryMarshal.Cast<float, int>(one.Span).SequenceEqual(MemoryMarshal.Cast<float, int>(other.Span));

    /// <summary>The samples of this case from one on, alone.</summary>
    public ConvolutionCase Samples(int first, int count)
    {
        var part = new ConvolutionCase(Shape, count, X.Stride - Shape.Channels, Accumulate) { Weight = Weight };
        part.X.Fill((row, column) => X[first * Shape.Positions + row, column]);
        part.Y.Fill((row, column) => Y[first * Shape.OutPositions + row, column]);
        return part;
    }

    private static double RootMeanSquare(GuardedMatrix values)
    {
        double squares = 0;
        for (var row = 0; row < values.Rows; row++)
        {
            for (var column = 0; column < values.Columns; column++)
                squares += Math.Pow(values[row, column], 2);
        }
        return Math.Sqrt(squares / values.Rows / values.Columns);
    }

    private GuardedMatrix Written(ConvolutionDirection direction) => direction switch
    {
        ConvolutionDirection.Forward => Y,
        ConvolutionDirection.InputGradient => X,
        _ => Weight,
    };

    // Scratch comes as it was left: holding what would be seen in a result if a plan heeded it.
    private void Run(ConvolutionPlan plan, GuardedMatrix x, GuardedMatrix weight, GuardedMatrix y, float[] prepared,
        float[] shared, float[] worker, bool lastTaskFirst)
    {
        Array.Fill(prepared, lastTaskFirst ? 1e30f : float.NaN);
        Array.Fill(shared, lastTaskFirst ? 1e30f : float.NaN);
        for (var phase = 0; phase < plan.Phases; phase++)
        {
            var tasks = plan.Tasks(phase, Count);
            for (var i = 0; i < tasks; i++)
            {
                Array.Fill(worker, lastTaskFirst ? 1e30f : float.NaN);
                plan.Run(phase, lastTaskFirst ? tasks - 1 - i : i, new ConvolutionOperands
                {
                    Count = Count,
                    X = x.Span,
                    XStride = x.Stride,
                    Weight = weight.Span,
                    Y = y.Span,
                    YStride = y.Stride,
                    Accumulate = Accumulate,
                    PreparedWeight = prepared,
                    SharedScratch = shared,
                    WorkerScratch = worker,
                });
            }
        }
    }
}
