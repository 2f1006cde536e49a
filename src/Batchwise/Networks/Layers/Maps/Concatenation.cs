using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// Lays the channels of its inputs side by side, in order: the join of an Inception module. Vectors are joined by their
/// features; maps have one height and width.
/// </summary>
public sealed record Concatenation : Layer
{
    /// <inheritdoc/>
    public override string Kind => "concatenation";

    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs)
    {
        if (inputs.Length < 2)
            throw new ArgumentException($"A concatenation takes two inputs or more, not {inputs.Length}.");
        var extents = inputs[0].Dimensions.ToArray();
        long channels = extents[^1];
        foreach (var input in inputs[1..])
        {
            if (!input.Dimensions.AsSpan()[..^1].SequenceEqual(extents.AsSpan(..^1)))
                throw new ArgumentException($"A concatenation's inputs are alike but for their channels; these have shapes {inputs[0]} and {input}.");
            channels += input.Channels;
        }
        if (channels > Shape.MaxSize)
            throw new ArgumentException(Invariant($"A concatenation of {inputs.Length} inputs has {channels} channels, of which there may be {Shape.MaxSize}."));
        extents[^1] = (int)channels;
        return new Shape(extents);
    }

    /// <inheritdoc/>
    public override void Forward(ReferencePass pass)
    {
        var first = 0;
        for (var input = 0; input < pass.InputCount; input++)
        {
            var channels = pass.InputShapes[input].Channels;
            for (var i = 0; i < pass.Input(input).Length; i++)
                pass.Output[i / channels * pass.OutputShape.Channels + first + i % channels] = pass.Input(input)[i];
            first += channels;
        }
    }

    /// <inheritdoc/>
    public override void Backward(ReferencePass pass)
    {
        var first = 0;
        for (var input = 0; input < pass.InputCount; input++)
        {
            var channels = pass.InputShapes[input].Channels;
            for (var i = 0; i < pass.Input(input).Length; i++)
                pass.InputGradient(input)[i] += pass.OutputGradient[i / channels * pass.OutputShape.Channels + first + i % channels];
            first += channels;
        }
    }
}
