using Batchwise.Kernels;

namespace Batchwise;

/// <summary>A convolution with its bias and the activation behind it.</summary>
sealed class ConvolutionLowering : Lowering
{
    public override string Name => "convolution + bias + activation";

    public override bool TryLower(Node node, PlanBuilder builder)
    {
        if (node.Layer is not Convolution layer)
            return false;
        var (last, function) = ActivationBehind.Claim(node, builder);
        var input = node.Inputs[0];
        var name = builder.NameOf(node);
        var x = builder.Value(input);
        var y = builder.CreateJoinedValue(last);
        var kept = ActivationBehind.Kept(node, y, function, builder);
        var shape = layer.ShapeOn(input.Shape);
        var weight = EffectiveWeight.Forward(node, layer.Reparameterization, builder);
        var prepared = layer.Reparameterization == Reparameterization.None ? builder.Prepared : null;
        ConvolutionKernel Kernel(string operation, ConvolutionDirection direction) =>
            new(operation, name, shape, direction, builder.Capacity, prepared is not null);

        var forward = Kernel(ConvolutionForward.Operation, ConvolutionDirection.Forward);
        if (prepared is not null)
            weight = forward.Prepare(prepared, name, target => builder.ParameterValues(node, 0).CopyTo(target));
        builder.Emit(new ConvolutionForward(name, forward, x, weight, kept));
        MapActivation.Forward(node, builder, kept, y, function);
        var weightKernel = builder.IsTraining ? Kernel(ConvolutionWeightGradient.Operation, ConvolutionDirection.WeightGradient) : null;
        // Of the network's first layer the gradient of the result is read by dW alone.
        var offer = weightKernel is { TakesCorrection: true } && last == node && !layer.Bias && !builder.NeedsGradient(input) ? new CorrectionOffer() : null;
        if (offer is not null)
            builder.Keep(node, offer);
        builder.OnBackward(() =>
        {
            var dy = offer?.Left?.Gradient ?? builder.Gradient(last);
            MapActivation.Backward(node, builder, kept, dy, dy, function);
            if (builder.NeedsGradient(input))
            {
                // First: what comes before waits for it, and dW shares its groups with that.
                var (dx, accumulate) = builder.GradientTarget(input);
                builder.Emit(new ConvolutionInputGradient(
                    name, Kernel(ConvolutionInputGradient.Operation, ConvolutionDirection.InputGradient), dx, weight, dy, accumulate));
            }
            var dWeight = builder.Parameter(node, 0).Gradient;
            builder.Emit(new ConvolutionWeightGradient(
                name, weightKernel!, builder.BackwardValue(input), dWeight, dy, offer?.Left));
            EffectiveWeight.Backward(node, layer.Reparameterization, builder);
        });
        return true;
    }
}
