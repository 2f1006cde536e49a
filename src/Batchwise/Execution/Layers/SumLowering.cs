namespace Batchwise;

/// <summary>A sum of inputs: one pass per input, and a copy of the gradient to each.</summary>
sealed class SumLowering : Lowering
{
    public override string Name => "sum";

    public override bool TryLower(Node node, PlanBuilder builder)
    {
        if (node.Layer is not Sum)
            return false;
        var y = builder.CreateValue(node);
        builder.Claim(node);
        var name = builder.NameOf(node);
        for (var i = 0; i < node.Inputs.Length; i++)
            builder.Emit(new AddStep(name, builder.Value(node.Inputs[i]), y, accumulate: i > 0));
        builder.OnBackward(() =>
        {
            foreach (var input in node.Inputs)
            {
                if (!builder.NeedsGradient(input))
                    continue;
                var (dx, accumulate) = builder.GradientTarget(input);
                builder.Emit(new AddStep(name, builder.Gradient(node), dx, accumulate));
            }
        });
        return true;
    }
}
