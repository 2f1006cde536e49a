namespace Batchwise;

/// <summary>Emits the steps of a dense layer's matrix products; biases and functions come as column operations.</summary>
static class DenseSteps
{
    private const string Transposed = "transposed weight";

    /// <summary>z = x W into a buffer, with work on each finished block of columns.</summary>
    public static void Forward(Node node, PlanBuilder builder, PlanBuffer z, ColumnOperation? epilogue)
    {
        var x = builder.Value(node.Inputs[0]);
        var weight = EffectiveWeight.Forward(node, ((Dense)node.Layer).Reparameterization, builder);
        if (builder.NeedsGradient(node.Inputs[0]))
        {
            var transposed = PlanBuilder.Fixed($"{weight} transposed", weight.Channels, weight.Positions);
            builder.Emit(new TransposeStep(builder.NameOf(node), weight, transposed));
            builder.Keep(node, Transposed, transposed);
        }
        builder.Emit(new DenseForward(builder.NameOf(node), x, weight, z, epilogue));
    }

    /// <summary>The gradients with respect to W and x from that with respect to z.</summary>
    public static void Backward(Node node, PlanBuilder builder, PlanBuffer dz)
    {
        var input = node.Inputs[0];
        var x = builder.Value(input);
        var name = builder.NameOf(node);
        builder.Emit(new DenseWeightGradient(name, x, dz, builder.Parameter(node, 0).Gradient));
        if (builder.NeedsGradient(input))
        {
            var (dx, accumulate) = builder.GradientTarget(input);
            builder.Emit(new DenseInputGradient(name, dz, builder.Kept(node, Transposed), dx, accumulate, builder.TakeEpilogue(input)));
        }
        // Behind the product above, so that the two products of this layer share a group.
        EffectiveWeight.Backward(node, ((Dense)node.Layer).Reparameterization, builder);
    }
}
