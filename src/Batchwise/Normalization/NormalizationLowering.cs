namespace Batchwise;

/// <summary>
/// Normalization of the channels of vectors with the activation behind it, in the tasks of the dense layer before it where there is
/// one without a bias: each task owns its columns over the whole batch, so that normalizing costs no pass over memory and
/// no barrier of its own, forward or backward.
/// </summary>
sealed class NormalizationLowering : Lowering
{
    public override string Name => "dense + batch norm + activation";

    public override bool TryLower(Node node, PlanBuilder builder)
    {
        var dense = node.Layer is Dense { Bias: false } ? node : null;
        var normalization = dense is null ? node : builder.SoleConsumer(node);
        if (normalization?.Layer is not ChannelNormalization || normalization.Shape.Rank != 1)
            return false;
        if (dense is not null)
            builder.Claim(dense);
        var (last, function) = ActivationBehind.Claim(normalization, builder);
        var prelu = builder.SoleConsumer(normalization) is { Layer: Prelu } rectifier ? rectifier : null;
        if (prelu is not null)
            builder.Claim(prelu);

        var x = dense is null ? builder.Value(node.Inputs[0]) : builder.CreateValue(dense);
        var name = builder.NameOf(normalization);
        var buffers = new NormalizationBuffers(normalization, builder, x, builder.CreateValue(last), function);
        ColumnOperation forward = new NormalizeForward(buffers, new StoredStatistics(normalization, builder));
        if (prelu is not null)
            forward = new ColumnSequence(forward, new PreluForward(buffers.Y, null, builder.Parameter(prelu, 0).Value, builder.CreateValue(prelu)));
        if (dense is null)
            builder.Emit(new ColumnStep(name, forward, x));
        else
            DenseSteps.Forward(dense, builder, x, forward);
        if (builder.IsTraining)
            LowerBackward(dense, prelu ?? last, prelu, builder, buffers);
        return true;
    }

    private static void LowerBackward(Node? dense, Node last, Node? prelu, PlanBuilder builder, NormalizationBuffers buffers)
    {
        var dy = builder.Gradient(last);
        ColumnOperation operation = new NormalizeBackward(
            buffers, dy, builder.Parameter(buffers.Node, 0).Gradient, builder.Parameter(buffers.Node, 1).Gradient);
        if (prelu is not null)
        {
            var (slope, dSlope) = builder.Parameter(prelu, 0);
            operation = new ColumnSequence(new PreluBackward(buffers.Y, dy, slope, dSlope, null), operation);
        }
        builder.OfferEpilogue(last, operation);
        builder.OnBackward(() =>
        {
            var name = builder.NameOf(buffers.Node);
            if (builder.EpilogueIsLeft(last))
                builder.Emit(new ColumnStep(name, operation, dy));
            if (dense is not null)
            {
                DenseSteps.Backward(dense, builder, dy);
            }
            else if (builder.NeedsGradient(buffers.Node.Inputs[0]))
            {
                var (dx, accumulate) = builder.GradientTarget(buffers.Node.Inputs[0]);
                builder.Emit(new AddStep(name, dy, dx, accumulate));
            }
        });
    }
}
