namespace Batchwise;

/// <summary>Lays each sample out as one vector: [height, width, channels] becomes [height x width x channels].</summary>
public sealed record Flatten : Layer
{
    /// <inheritdoc/>
    public override string Kind => "flatten";

    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs) => new(OnlyInput(inputs).Size);

    /// <inheritdoc/>
    public override void Forward(ReferencePass pass) => pass.Input().CopyTo(pass.Output);

    /// <inheritdoc/>
    public override void Backward(ReferencePass pass)
    {
        var dx = pass.InputGradient();
        for (var i = 0; i < dx.Length; i++)
            dx[i] += pass.OutputGradient[i];
    }
}
