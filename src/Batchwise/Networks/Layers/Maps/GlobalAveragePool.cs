namespace Batchwise;

/// <summary>The average of each channel over the whole map: x [N, H, W, C], y [N, C].</summary>
public sealed record GlobalAveragePool : Layer
{
    /// <inheritdoc/>
    public override string Kind => "globalAveragePool";

    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs) => new(Maps.Require(OnlyInput(inputs), Kind).Channels);

    /// <inheritdoc/>
    public override void Forward(ReferencePass pass)
    {
        var input = pass.InputShapes[0];
        pass.Output.Clear();
        for (var i = 0; i < pass.Input().Length; i++)
            pass.Output[i / input.Size * input.Channels + i % input.Channels] += pass.Input()[i] / input.Positions;
    }

    /// <inheritdoc/>
    public override void Backward(ReferencePass pass)
    {
        var input = pass.InputShapes[0];
        for (var i = 0; i < pass.Input().Length; i++)
            pass.InputGradient()[i] += pass.OutputGradient[i / input.Size * input.Channels + i % input.Channels] / input.Positions;
    }
}
