using Batchwise.Kernels;

namespace Batchwise;

/// <summary>The bias of a convolution and the activation behind it, on the blocks of what it completes.</summary>
static class MapActivation
{
    /// <summary>Lets y = f(z + bias) follow the step that completes z.</summary>
    /// <param name="node">The convolution.</param>
    /// <param name="builder">The plan.</param>
    /// <param name="z">The convolution's result; where backward needs the function's argument, it is increased by the bias.</param>
    /// <param name="y">Receives the function's; may be z.</param>
    /// <param name="function">The function; the identity for none.</param>
    public static void Forward(Node node, PlanBuilder builder, PlanBuffer z, PlanBuffer y, ActivationFunction function)
    {
        var (name, bias) = (builder.NameOf(node), Bias(node, builder).Value);
        if (y != z && bias is not null && function.NeedsArgument && builder.IsTraining)
        {
            builder.Follow(name, z, new ActivateBlocks(z, bias, z, ActivationFunction.Identity));
            bias = null;
        }
        if (y != z || bias is not null || function.Kind != ActivationKind.Identity)
            builder.Follow(name, z, new ActivateBlocks(z, bias, y, function));
    }

    /// <summary>Lets dz = dy f' and the bias's gradient follow the step that completes dy.</summary>
    /// <param name="node">The convolution.</param>
    /// <param name="builder">The plan.</param>
    /// <param name="kept">The function's result, or its argument where it needs that.</param>
    /// <param name="dy">The gradient of the result.</param>
    /// <param name="dz">Receives the gradient of the convolution's result; may be dy.</param>
    /// <param name="function">The function; the identity for none.</param>
    public static void Backward(Node node, PlanBuilder builder, PlanBuffer kept, PlanBuffer dy, PlanBuffer dz, ActivationFunction function)
    {
        var dBias = Bias(node, builder).Gradient;
        if (dz == dy && dBias is null && function.Kind == ActivationKind.Identity)
            return;
        var name = builder.NameOf(node);
        var slots = PlanBuilder.Fixed($"{name} slots", 1, 1);
        var sums = dBias is null ? null : new BlockSums(dz.Channels, builder.Capacity);
        var blocks = builder.Follow(name, dy, new ActivateBlocksBackward(kept, dy, dz, function, sums, slots));
        if (dBias is null)
            return;
        sums!.Fit(blocks);
        builder.Emit(new BiasFinish(name, blocks, sums, slots, dBias));
    }

    private static (PlanBuffer? Value, PlanBuffer? Gradient) Bias(Node node, PlanBuilder builder) =>
        node.Layer is LinearLayer { Bias: true } layer ? builder.Parameter(node, layer.BiasIndex) : (null, null);
}
