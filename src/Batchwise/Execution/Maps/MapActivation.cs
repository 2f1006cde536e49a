using Batchwise.Kernels;

namespace Batchwise;

/// <summary>The bias of a convolution and the activation behind it, on the blocks of what it completes.</summary>
static class MapActivation
{
    /// <summary>Lets y = f(z + bias) follow the step that completes z.</summary>
    /// <param name="node">The convolution.</param>
    /// <param name="builder">The plan.</param>
    /// <param name="z">The convolution's result.</param>
    /// <param name="y">Receives the function's; may be z.</param>
    /// <param name="function">The function; the identity for none.</param>
    public static void Forward(Node node, PlanBuilder builder, PlanBuffer z, PlanBuffer y, ActivationFunction function)
    {
        if (y != z || Bias(node, builder).Value is not null || function.Kind != ActivationKind.Identity)
            builder.Follow(builder.NameOf(node), z, new ActivateBlocks(z, Bias(node, builder).Value, y, function));
    }

    /// <summary>Lets dz = dy f'(y) and the bias's gradient follow the step that completes dy.</summary>
    /// <param name="node">The convolution.</param>
    /// <param name="builder">The plan.</param>
    /// <param name="y">The function's result.</param>
    /// <param name="dy">Its gradient.</param>
    /// <param name="dz">Receives the gradient of the convolution's result; may be dy.</param>
    /// <param name="function">The function; the identity for none.</param>
    public static void Backward(Node node, PlanBuilder builder, PlanBuffer y, PlanBuffer dy, PlanBuffer dz, ActivationFunction function)
    {
        var dBias = Bias(node, builder).Gradient;
        if (dz == dy && dBias is null && function.Kind == ActivationKind.Identity)
            return;
        var name = builder.NameOf(node);
        var slots = PlanBuilder.Fixed($"{name} slots", 1, 1);
        var sums = dBias is null ? null : new BlockSums(dz.Channels, builder.Capacity);
        var blocks = builder.Follow(name, dy, new ActivateBlocksBackward(y, dy, dz, function, sums, slots));
        if (dBias is null)
            return;
        sums!.Fit(blocks);
        builder.Emit(new BiasFinish(name, blocks, sums, slots, dBias));
    }

    private static (PlanBuffer? Value, PlanBuffer? Gradient) Bias(Node node, PlanBuilder builder) =>
        node.Layer is LinearLayer { Bias: true } layer ? builder.Parameter(node, layer.BiasIndex) : (null, null);
}
