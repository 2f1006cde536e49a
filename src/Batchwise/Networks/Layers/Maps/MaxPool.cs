namespace Batchwise;

/// <summary>The largest value under a moving window, channel by channel. Backward, it alone gets the gradient: of equal ones the first.</summary>
/// <param name="Window">The window.</param>
public sealed record MaxPool(Window Window) : Pool(Window)
{
    /// <inheritdoc/>
    public override string Kind => "maxPool";

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

    internal static MaxPool Read(LayerAttributes settings) => new(Window.Read(settings)) { CeilMode = settings.Flag("ceilMode") };

    /// <summary>Where the largest input of an output lies; NaN counts as larger than anything.</summary>
    private int Largest(ReferencePass pass, int output)
    {
        var input = pass.InputShapes[0];
        var (sample, rest) = Math.DivRem(output, pass.OutputShape.Size);
        var (position, channel) = Math.DivRem(rest, input.Channels);
        var (i, j) = Math.DivRem(position, pass.OutputShape[1]);
        var seen = Seen(input, PlaceOn(input), i, j);
        var x = pass.Input();
        var best = -1;
        for (var row = 0; row < seen.Rows; row++)
        {
            for (var column = 0; column < seen.Columns; column++)
            {
                var index = ((sample * input[0] + seen.FirstRow + row) * input[1] + seen.FirstColumn + column) * input.Channels + channel;
                if (best < 0 || x[index] > x[best] || (double.IsNaN(x[index]) && !double.IsNaN(x[best])))
                    best = index;
            }
        }
        return best;
    }
}
