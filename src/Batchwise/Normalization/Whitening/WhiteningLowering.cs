namespace Batchwise;

/// <summary>Whitening of vectors and maps with the activation behind it: one step forward, one backward, a group per task.</summary>
sealed class WhiteningLowering : Lowering
{
    public override string Name => "whitening + activation";

    public override bool TryLower(Node node, PlanBuilder builder)
    {
        if (node.Layer is not Whitening layer)
            return false;
        var x = builder.Value(node.Inputs[0]);
        // The function works in place of its argument.
        var (last, function) = ActivationBehind.Claim(node, builder, argumentIsKept: false);
        var work = new WhiteningWork(node, builder, x, builder.CreateValue(last), function);
        builder.Emit(new WhitenForward(work, new WhiteningStatistics(node, builder), layer.UsesBatch(builder.Mode)));
        builder.OnBackward(() =>
        {
            var dy = builder.Gradient(last);
            var (dx, accumulate) = builder.NeedsGradient(node.Inputs[0]) ? builder.GradientTarget(node.Inputs[0]) : (null, false);
            builder.Emit(new WhitenBackward(
                work, dy, builder.Parameter(node, 0).Gradient, builder.Parameter(node, 1).Gradient, dx, accumulate));
        });
        return true;
    }
}
