namespace Batchwise;

/// <summary>
/// A concatenation: an input whose maker writes its own part of the joint buffer costs nothing; others are copied, and their
/// gradients back.
/// </summary>
sealed class ConcatenationLowering : Lowering
{
    public override string Name => "concatenation";

    public override bool TryLower(Node node, PlanBuilder builder)
    {
        if (node.Layer is not Concatenation)
            return false;
        builder.Claim(node);
        if (node.Inputs.All(builder.CanRecompute))
            builder.Recomputable(node, again => Recompute(node, again, builder));
        var y = builder.HasValue(node) ? builder.Value(node) : builder.CreateJoinedValue(node);
        var first = 0;
        foreach (var input in node.Inputs)
        {
            if (builder.IsJoined(input))
                builder.OnBackward(() => builder.GradientTarget(input));
            else
                Copy(node, input, y, first, builder);
            first += input.Shape.Channels;
        }
        return true;
    }

    private static void Recompute(Node node, PlanBuffer whole, PlanBuilder builder)
    {
        var first = 0;
        foreach (var input in node.Inputs)
        {
            builder.Recompute(input, new PlanBuffer($"{builder.NameOf(input)} again", whole, first, input.Shape.Channels));
            first += input.Shape.Channels;
        }
    }

    private static void Copy(Node node, Node input, PlanBuffer y, int first, PlanBuilder builder)
    {
        var name = builder.NameOf(node);
        PlanBuffer Part(PlanBuffer whole) => new($"{whole} of {builder.NameOf(input)}", whole, first, input.Shape.Channels);
        builder.Emit(new AddStep(name, builder.Value(input), Part(y), accumulate: false));
        if (!builder.NeedsGradient(input))
            return;
        builder.OnBackward(() =>
        {
            var (dx, accumulate) = builder.GradientTarget(input);
            builder.Emit(new AddStep(name, Part(builder.Gradient(node)), dx, accumulate));
        });
    }
}
