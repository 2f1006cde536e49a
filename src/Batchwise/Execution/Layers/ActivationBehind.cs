using Batchwise.Kernels;

namespace Batchwise;

/// <summary>Takes the activation behind a layer along, where nothing else reads that layer's output.</summary>
static class ActivationBehind
{
    /// <summary>Claims a layer, and the activation behind it if there is one to take along.</summary>
    /// <returns>The last node that was claimed, whose output is to be made, and its function; the layer itself and the identity where there is none.</returns>
    public static (Node Last, ActivationFunction Function) Claim(Node node, PlanBuilder builder)
    {
        builder.Claim(node);
        if (builder.SoleConsumer(node) is not { } next || ActivationLowering.FunctionOf(next.Layer) is not { } function)
            return (node, ActivationFunction.Identity);
        builder.Claim(next);
        return (next, function);
    }
}
