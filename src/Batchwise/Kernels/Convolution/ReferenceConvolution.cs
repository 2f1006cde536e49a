namespace Batchwise.Kernels;

/// <summary>
/// The reference of a convolution in its three directions: every element one sum in float64, in the order of the kernel's places and
/// channels. A task does one row of the output, of the input, or of the weight.
/// </summary>
internal sealed class ReferenceConvolution(ConvolutionShape shape, ConvolutionDirection direction, int capacity) : ConvolutionPlan(shape, capacity)
{
    public override int Tasks(int phase, int count) => direction switch
    {
        ConvolutionDirection.Forward => count * Shape.OutHeight,
        ConvolutionDirection.InputGradient => count * Shape.Height,
        _ => Shape.KernelHeight * Shape.KernelWidth * Shape.GroupChannels,
    };

    public override ConvolutionBlock Completes(int task, int count) => direction switch
    {
        ConvolutionDirection.Forward => new(task * Shape.OutWidth, Shape.OutWidth, 0, Shape.Outputs),
        ConvolutionDirection.InputGradient => new(task * Shape.Width, Shape.Width, 0, Shape.Channels),
        _ => default,
    };

    public override WeightBlock CompletesWeights(int task, int count) =>
        direction == ConvolutionDirection.WeightGradient ? new(task * Shape.Outputs, 1, 0, Shape.Outputs) : default;

    protected override void RunTask(int phase, int task, in ConvolutionOperands operands)
    {
        switch (direction)
        {
            case ConvolutionDirection.Forward:
                var (sample, i) = Math.DivRem(task, Shape.OutHeight);
                for (var j = 0; j < Shape.OutWidth; j++)
                {
                    for (var o = 0; o < Shape.Outputs; o++)
                        operands.Y[((task * Shape.OutWidth) + j) * operands.YStride + o] = (float)Output(operands, sample, i, j, o);
                }
                break;
            case ConvolutionDirection.InputGradient:
                for (var column = 0; column < Shape.Width; column++)
                {
                    for (var c = 0; c < Shape.Channels; c++)
                    {
                        ref var dx = ref operands.X[(task * Shape.Width + column) * operands.XStride + c];
                        dx = (float)((operands.Accumulate ? dx : 0) + InputGradient(operands, task / Shape.Height, task % Shape.Height, column, c));
                    }
                }
                break;
            default:
                for (var o = 0; o < Shape.Outputs; o++)
                    operands.Weight[task * Shape.Outputs + o] = (float)WeightGradient(operands, task, o);
                break;
        }
    }

    private double Output(in ConvolutionOperands operands, int sample, int i, int j, int o)
    {
        var channel = o / Shape.GroupOutputs * Shape.GroupChannels;
        double sum = 0;
        for (var u = 0; u < Shape.KernelHeight; u++)
        {
            for (var v = 0; v < Shape.KernelWidth; v++)
            {
                var (row, column) = (i * Shape.StrideY - Shape.Top + u * Shape.DilationY, j * Shape.StrideX - Shape.Left + v * Shape.DilationX);
                if (!Inside(row, column))
                    continue;
                var x = operands.X.Slice(((sample * Shape.Height + row) * Shape.Width + column) * operands.XStride + channel, Shape.GroupChannels);
                for (var c = 0; c < x.Length; c++)
                    sum += (double)x[c] * operands.Weight[WeightIndex(u, v, c, o)];
            }
        }
        return sum;
    }

    private double InputGradient(in ConvolutionOperands operands, int sample, int row, int column, int channel)
    {
        var (group, c) = Math.DivRem(channel, Shape.GroupChannels);
        double sum = 0;
        for (var u = 0; u < Shape.KernelHeight; u++)
        {
            for (var v = 0; v < Shape.KernelWidth; v++)
            {
                var (i, beyondY) = Math.DivRem(row + Shape.Top - u * Shape.DilationY, Shape.StrideY);
                var (j, beyondX) = Math.DivRem(column + Shape.Left - v * Shape.DilationX, Shape.StrideX);
                if (beyondY != 0 || beyondX != 0 || (uint)i >= (uint)Shape.OutHeight || (uint)j >= (uint)Shape.OutWidth)
                    continue;
                var dy = operands.Y.Slice(((sample * Shape.OutHeight + i) * Shape.OutWidth + j) * operands.YStride + group * Shape.GroupOutputs, Shape.GroupOutputs);
                for (var o = 0; o < dy.Length; o++)
                    sum += (double)dy[o] * operands.Weight[WeightIndex(u, v, c, group * Shape.GroupOutputs + o)];
            }
        }
        return sum;
    }

    private double WeightGradient(in ConvolutionOperands operands, int place, int o)
    {
        var (kernel, c) = Math.DivRem(place, Shape.GroupChannels);
        var (u, v) = Math.DivRem(kernel, Shape.KernelWidth);
        var channel = o / Shape.GroupOutputs * Shape.GroupChannels + c;
        double sum = 0;
        for (var sample = 0; sample < operands.Count; sample++)
        {
            for (var i = 0; i < Shape.OutHeight; i++)
            {
                for (var j = 0; j < Shape.OutWidth; j++)
                {
                    var (row, column) = (i * Shape.StrideY - Shape.Top + u * Shape.DilationY, j * Shape.StrideX - Shape.Left + v * Shape.DilationX);
                    if (Inside(row, column))
                    {
                        sum += (double)operands.X[((sample * Shape.Height + row) * Shape.Width + column) * operands.XStride + channel]
                            * operands.Y[((sample * Shape.OutHeight + i) * Shape.OutWidth + j) * operands.YStride + o];
                    }
                }
            }
        }
        return sum;
    }

    private bool Inside(int row, int column) => (uint)row < (uint)Shape.Height && (uint)column < (uint)Shape.Width;

    private int WeightIndex(int u, int v, int c, int o) => ((u * Shape.KernelWidth + v) * Shape.GroupChannels + c) * Shape.Outputs + o;
}
