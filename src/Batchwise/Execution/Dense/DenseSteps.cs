namespace Batchwise;

/// <summary>Emits the steps of a dense layer's matrix products; biases and functions come as column operations.</summary>
static class DenseSteps
{
    /// <summary>z = x W into a buffer, with work on each finished block of columns.</summary>
    public static void Forward(Node node, PlanBuilder builder, PlanBuffer z, ColumnOperation? epilogue)
    {
        var name = builder.NameOf(node);
        var x = builder.Value(node.Inputs[0]);
        var weight = EffectiveWeight.Forward(node, ((Dense)node.Layer).Reparameterization, builder);
        if (Products(node, builder).Packed)
        {
            builder.Keep(node, weight);
            builder.Emit(PackedProduct.Of("dense forward", name, x, false, weight, false, z, accumulate: false, builder.Capacity));
            if (epilogue is not null)
                builder.Emit(new ColumnStep(name, epilogue, z));
            return;
        }
        if (builder.NeedsGradient(node.Inputs[0]))
        {
            var transposed = PlanBuilder.Fixed($"{weight} transposed", weight.Channels, weight.Positions);
            builder.Emit(new TransposeStep(name, weight, transposed));
            builder.Keep(node, transposed);
        }
        builder.Emit(new DenseForward(name, x, weight, z, epilogue));
    }

    /// <summary>z = x W in inference, by blocks of rows and columns, unless the weight is large enough to be packed.</summary>
    public static bool TryBlocks(Node node, PlanBuilder builder, PlanBuffer z)
    {
        if (builder.Mode != NetworkMode.Inference || Products(node, builder).Packed)
            return false;
        var weight = EffectiveWeight.Forward(node, ((Dense)node.Layer).Reparameterization, builder);
        builder.Emit(new DenseBlocks(builder.NameOf(node), builder.Value(node.Inputs[0]), weight, z));
        return true;
    }

    /// <summary>The gradients with respect to W and x from that with respect to z.</summary>
    public static void Backward(Node node, PlanBuilder builder, PlanBuffer dz)
    {
        if (Products(node, builder).Packed)
            PackedBackward(node, builder, dz);
        else
            BlockBackward(node, builder, dz);
        // Behind the products, so that both share a group.
        EffectiveWeight.Backward(node, ((Dense)node.Layer).Reparameterization, builder);
    }

    private static DenseProducts Products(Node node, PlanBuilder builder) =>
        DenseProducts.Choose(builder.Capacity, node.Inputs[0].Shape.Size, node.Shape.Size);

    private static void BlockBackward(Node node, PlanBuilder builder, PlanBuffer dz)
    {
        var input = node.Inputs[0];
        var name = builder.NameOf(node);
        builder.Emit(new DenseWeightGradient(name, builder.BackwardValue(input), dz, builder.Parameter(node, 0).Gradient));
        if (!builder.NeedsGradient(input))
            return;
        var (dx, accumulate) = builder.GradientTarget(input);
        builder.Emit(new DenseInputGradient(name, dz, builder.Kept<PlanBuffer>(node), dx, accumulate, builder.TakeEpilogue(input)));
    }

    private static void PackedBackward(Node node, PlanBuilder builder, PlanBuffer dz)
    {
        var input = node.Inputs[0];
        var name = builder.NameOf(node);
        var dWeight = builder.Parameter(node, 0).Gradient;
        if (builder.NeedsGradient(input))
        {
            // First: what comes before waits for it, and dW shares its groups with that.
            var (dx, accumulate) = builder.GradientTarget(input);
            builder.Emit(PackedProduct.Of("dense input gradient", name, dz, false, builder.Kept<PlanBuffer>(node), true, dx, accumulate, builder.Capacity));
        }
        builder.Emit(PackedProduct.Of("dense weight gradient", name, builder.BackwardValue(input), true, dz, false, dWeight, accumulate: false, builder.Capacity));
    }
}
