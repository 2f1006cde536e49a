namespace Batchwise;

/// <summary>Dropout: a pass over the values forward and one backward, which draws the mask again; outside training nothing at all.</summary>
sealed class DropoutLowering : Lowering
{
    public override string Name => "dropout";

    public override bool TryLower(Node node, PlanBuilder builder)
    {
        if (node.Layer is not Dropout layer)
            return false;
        builder.Claim(node);
        var input = node.Inputs[0];
        var x = builder.Value(input);
        if (builder.Mode != NetworkMode.Training)
        {
            builder.SetValue(node, x);
            return true;
        }
        var mask = new Mask(layer, builder.Network.PlaceOf(node));
        builder.Emit(new DropoutStep("dropout", builder.NameOf(node), x, builder.CreateValue(node), mask, accumulate: false));
        if (!builder.NeedsGradient(input))
            return true;
        builder.OnBackward(() =>
        {
            var (dx, accumulate) = builder.GradientTarget(input);
            builder.Emit(new DropoutStep("dropout backward", builder.NameOf(node), builder.Gradient(node), dx, mask, accumulate));
        });
        return true;
    }
}
