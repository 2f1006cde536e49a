using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// The largest value of each channel over the whole map: x [N, H, W, C], y [N, C]; NaN counts as larger than anything. Backward, it alone gets
/// the gradient: of equal ones the first in row order.
/// </summary>
public sealed record GlobalMaxPool : Layer
{
    /// <inheritdoc/>
    public override string Kind => "globalMaxPool";

    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs) => new(Maps.Require(OnlyInput(inputs), Kind).Channels);

    /// <inheritdoc/>
    public override void Forward(ReferencePass pass)
    {
        for (var i = 0; i < pass.Output.Length; i++)
            pass.Output[i] = pass.Input()[Largest(pass, i)];
    }

    /// <inheritdoc/>
    public override void Backward(ReferencePass pass)
    {
        for (var i = 0; i < pass.OutputGradient.Length; i++)
            pass.InputGradient()[Largest(pass, i)] += pass.OutputGradient[i];
    }

    /// <summary>The pool as one window over the whole map.</summary>
    internal static PoolShape ShapeOn(Shape input) => new()
    {
        Height = input[0],
        Width = input[1],
        Channels = input.Channels,
        OutHeight = 1,
        OutWidth = 1,
        WindowHeight = input[0],
        WindowWidth = input[1],
    };

    /// <summary>Where the largest input of an output lies.</summary>
    private static int Largest(ReferencePass pass, int output)
    {
        var input = pass.InputShapes[0];
        var (sample, channel) = Math.DivRem(output, input.Channels);
        var x = pass.Input();
        var best = sample * input.Size + channel;
        for (var index = best + input.Channels; index < (sample + 1) * input.Size; index += input.Channels)
        {
            if (x[index] > x[best] || (double.IsNaN(x[index]) && !double.IsNaN(x[best])))
                best = index;
        }
        return best;
    }
}
