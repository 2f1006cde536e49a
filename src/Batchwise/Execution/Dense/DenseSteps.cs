namespace Batchwise;

/// <summary>Emits the steps of a dense layer's matrix products; biases and functions come as column operations.</summary>
static class DenseSteps
{
    /// <summary>z = x W into a buffer, with work on each finished block of columns.</summary>
    public static void Forward(Node node, PlanBuilder builder, PlanBuffer z, ColumnOperation? epilogue)
    {
        var x = builder.Value(node.Inputs[0]);
        var (weight, _) = builder.Parameter(node, 0);
        PlanBuffer? transposed = null;
        if (builder.NeedsGradient(node.Inputs[0]))
        {
            transposed = PlanBuilder.Fixed($"{weight} transposed", weight.Channels, weight.Positions);
            builder.Emit(new TransposeStep(builder.NameOf(node), weight, transposed));
        }
        builder.Emit(new DenseForward(builder.NameOf(node), x, weight, z, epilogue));
        builder.Keep(node, transposed);
    }

    /// <summary>The gradients with respect to W and x from that with respect to z.</summary>
    public static void Backward(Node node, PlanBuilder builder, PlanBuffer dz)
    {
        var input = node.Inputs[0];
        var x = builder.Value(input);
        var name = builder.NameOf(node);
        builder.Emit(new DenseWeightGradient(name, x, dz, builder.Parameter(node, 0).Gradient));
        if (!builder.NeedsGradient(input))
            return;
        var (dx, accumulate) = builder.GradientTarget(input);
        builder.Emit(new DenseInputGradient(name, dz, builder.Kept(node), dx, accumulate, builder.TakeEpilogue(input)));
    }
}
