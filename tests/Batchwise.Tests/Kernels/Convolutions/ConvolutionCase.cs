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
        var written = direction switch
        {
            ConvolutionDirection.Forward => Y,
            ConvolutionDirection.InputGradient => X,
            _ => Weight,
        };
        var target = written.Copy();
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
        var (shared, worker) = (new float[plan.SharedScratch], new float[plan.WorkerScratch]);
        Array.Fill(shared, float.NaN);
        for (var phase = 0; phase < plan.Phases; phase++)
        {
            var tasks = plan.Tasks(phase, Count);
            for (var i = 0; i < tasks; i++)
            {
                Array.Fill(worker, float.NaN);
                plan.Run(phase, lastTaskFirst ? tasks - 1 - i : i, new ConvolutionOperands
                {
                    Count = Count,
                    X = x.Span,
                    XStride = x.Stride,
                    Weight = weight.Span,
                    Y = y.Span,
                    YStride = y.Stride,
                    Accumulate = Accumulate,
                    SharedScratch = shared,
                    WorkerScratch = worker,
                });
            }
        }
        target.AssertGuardsHold();
        return target;
    }

    /// <summary>The samples of this case from one on, alone.</summary>
    public ConvolutionCase Samples(int first, int count)
    {
        var part = new ConvolutionCase(Shape, count, X.Stride - Shape.Channels, Accumulate) { Weight = Weight };
        part.X.Fill((row, column) => X[first * Shape.Positions + row, column]);
        part.Y.Fill((row, column) => Y[first * Shape.OutPositions + row, column]);
        return part;
    }
}
