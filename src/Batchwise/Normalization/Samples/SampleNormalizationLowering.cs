namespace Batchwise;

/// <summary>
/// Layer, group and instance normalization with the activation behind it: one step forward, one backward, which read each
/// sample from memory once, and one that merges the gradients of gamma and beta.
/// </summary>
sealed class SampleNormalizationLowering : Lowering
{
    public override string Name => "normalization of samples + activation";

    public override bool TryLower(Node node, PlanBuilder builder)
    {
        if (node.Layer is not SampleNormalization)
            return false;
        var input = node.Inputs[0];
        var x = builder.Value(input);
        if (!x.IsDense && x.Positions > 1)
            return false;
        var (last, function) = ActivationBehind.Claim(node, builder);
        var buffers = new SampleBuffers(node, builder, x, builder.CreateValue(last), function);
        var kernel = SampleKernel.For(buffers);
        builder.Emit(new SampleForward(buffers, kernel));
        builder.OnBackward(() =>
        {
            var dy = builder.Gradient(last);
            var (dx, accumulate) = builder.NeedsGradient(input) ? builder.GradientTarget(input) : (null, false);
            builder.Emit(new SampleBackward(buffers, kernel, dy, dx, accumulate));
            builder.Emit(new SampleFinish(buffers, builder.Parameter(node, 0).Gradient, builder.Parameter(node, 1).Gradient));
        });
        return true;
    }
}
