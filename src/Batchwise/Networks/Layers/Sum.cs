namespace Batchwise;

/// <summary>Adds its inputs, all of one shape: y = x1 + x2 + ... The join of a residual branch.</summary>
public sealed record Sum : Layer
{
    /// <inheritdoc/>
    public override string Kind => "sum";

    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs)
    {
        if (inputs.Length < 2)
            throw new ArgumentException($"A sum takes two inputs or more, not {inputs.Length}.");
        foreach (var input in inputs)
        {
            if (input != inputs[0])
                throw new ArgumentException($"A sum's inputs have one shape; these have {inputs[0]} and {input}.");
        }
        return inputs[0];
    }

    /// <inheritdoc/>
    public override void Forward(ReferencePass pass)
    {
        pass.Output.Clear();
        for (var input = 0; input < pass.InputCount; input++)
        {
            for (var i = 0; i < pass.Output.Length; i++)
                pass.Output[i] += pass.Input(input)[i];
        }
    }

    /// <inheritdoc/>
    public override void Backward(ReferencePass pass)
    {
        for (var input = 0; input < pass.InputCount; input++)
        {
            for (var i = 0; i < pass.OutputGradient.Length; i++)
                pass.InputGradient(input)[i] += pass.OutputGradient[i];
        }
    }
}
