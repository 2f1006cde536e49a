namespace Batchwise;

/// <summary>The average under a moving window, channel by channel.</summary>
/// <param name="Window">The window.</param>
public sealed record AveragePool(Window Window) : Pool(Window)
{
    /// <summary>
    /// Whether zeros of the padding count as values (PyTorch's <c>count_include_pad</c>); what <see cref="Pool.CeilMode"/> adds beyond
    /// the padding never does. Default: no, the average is of what lies inside the map.
    /// </summary>
    public bool CountPadding { get; init; }

    /// <inheritdoc/>
    public override string Kind => "averagePool";

    /// <inheritdoc/>
    public override LayerAttributes Attributes => base.Attributes.With("countPadding", CountPadding);

    /// <inheritdoc/>
    public override void Forward(ReferencePass pass)
    {
        var input = pass.InputShapes[0];
        var place = PlaceOn(input);
        pass.Output.Clear();
        for (var output = 0; output < pass.Output.Length; output++)
        {
            var (first, i, j) = Where(pass, output);
            var seen = Seen(input, place, i, j);
            for (var index = 0; index < seen.Rows * seen.Columns; index++)
                pass.Output[output] += pass.Input()[first + Offset(input, seen, index)] / Divisor(input, place, i, j);
        }
    }

    /// <inheritdoc/>
    public override void Backward(ReferencePass pass)
    {
        var input = pass.InputShapes[0];
        var place = PlaceOn(input);
        for (var output = 0; output < pass.OutputGradient.Length; output++)
        {
            var (first, i, j) = Where(pass, output);
            var seen = Seen(input, place, i, j);
            for (var index = 0; index < seen.Rows * seen.Columns; index++)
                pass.InputGradient()[first + Offset(input, seen, index)] += pass.OutputGradient[output] / Divisor(input, place, i, j);
        }
    }

    internal static AveragePool Read(LayerAttributes settings) =>
        new(Window.Read(settings)) { CeilMode = settings.Flag("ceilMode"), CountPadding = settings.Flag("countPadding") };

    /// <summary>One over what each line of the output counts of lines, then one over what each column counts of columns.</summary>
    internal float[] FactorsOn(Shape input)
    {
        var place = PlaceOn(input);
        return
        [
            .. Enumerable.Range(0, place.Height).Select(i => 1f / Counts(input, place, i, 0).Lines),
            .. Enumerable.Range(0, place.Width).Select(j => 1f / Counts(input, place, 0, j).Columns),
        ];
    }

    /// <summary>How many values the average at a place of the output is of: lines times columns.</summary>
    private (int Lines, int Columns) Counts(Shape input, Placement place, int i, int j)
    {
        if (!CountPadding)
        {
            var seen = Seen(input, place, i, j);
            return (seen.Rows, seen.Columns);
        }
        var (row, column) = (i * Window.StrideY - place.Top, j * Window.StrideX - place.Left);
        return (Math.Min(row + Window.Height, input[0] + place.Bottom) - row, Math.Min(column + Window.Width, input[1] + place.Right) - column);
    }

    private int Divisor(Shape input, Placement place, int i, int j)
    {
        var (lines, columns) = Counts(input, place, i, j);
        return lines * columns;
    }

    /// <summary>Where a sample's channel begins, and the output's place.</summary>
    private static (int First, int I, int J) Where(ReferencePass pass, int output)
    {
        var (sample, rest) = Math.DivRem(output, pass.OutputShape.Size);
        var (position, channel) = Math.DivRem(rest, pass.OutputShape.Channels);
        return (sample * pass.InputShapes[0].Size + channel, position / pass.OutputShape[1], position % pass.OutputShape[1]);
    }

    private static int Offset(Shape input, (int FirstRow, int Rows, int FirstColumn, int Columns) seen, int index) =>
        ((seen.FirstRow + index / seen.Columns) * input[1] + seen.FirstColumn + index % seen.Columns) * input.Channels;
}
