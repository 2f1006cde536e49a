using Batchwise.Kernels;

namespace Batchwise;

/// <summary>Takes the activation behind a layer along, where nothing else reads that layer's output.</summary>
static class ActivationBehind
{
    /// <summary>Claims a layer, and the activation behind it if there is one to take along.</summary>
    /// <param name="node">The layer.</param>
    /// <param name="builder">The plan.</param>
    /// <param name="argumentIsKept">Whether the layer's backward step finds the function's argument, without which it cannot take a function that needs it.</param>
    /// <returns>The last node that was claimed, whose output is to be made, and its function; the layer itself and the identity where there is none.</returns>
    public static (Node Last, ActivationFunction Function) Claim(Node node, PlanBuilder builder, bool argumentIsKept = true)
    {
        builder.Claim(node);
        if (builder.SoleConsumer(node) is not { } next || ActivationLowering.FunctionOf(next.Layer) is not { } function
            || (function.NeedsArgument && builder.IsTraining && !argumentIsKept))
            return (node, ActivationFunction.Identity);
        builder.Claim(next);
        return (next, function);
    }

    /// <summary>
    /// The buffer that a layer writes for backward to tell the derivative from: that of the function's value, which the function then
    /// replaces its argument with, or one of its own where the function needs the argument.
    /// </summary>
    /// <param name="node">The layer.</param>
    /// <param name="y">The function's value.</param>
    /// <param name="function">The function.</param>
    /// <param name="builder">The plan.</param>
    public static PlanBuffer Kept(Node node, PlanBuffer y, ActivationFunction function, PlanBuilder builder) =>
        function.NeedsArgument && builder.IsTraining ? builder.CreateValue(node) : y;
}
