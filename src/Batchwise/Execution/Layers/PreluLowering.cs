namespace Batchwise;

/// <summary>
/// The parametric rectifier: on vectors a column operation, in the tasks of the dense layer before it where there is one; on
/// maps a step over blocks of rows.
/// </summary>
sealed class PreluLowering : Lowering
{
    public override string Name => "dense + bias + PReLU";

    public override bool TryLower(Node node, PlanBuilder builder)
    {
        var dense = node.Layer is Dense ? node : null;
        var prelu = dense is null ? node : builder.SoleConsumer(node);
        if (prelu?.Layer is not Prelu)
            return false;
        if (prelu.Shape.Rank > 1)
            return LowerMap(prelu, builder);
        if (dense is not null)
            builder.Claim(dense);
        builder.Claim(prelu);

        var x = dense is null ? builder.Value(node.Inputs[0]) : builder.CreateValue(dense);
        var y = builder.CreateValue(prelu);
        var (bias, dBias) = dense?.Layer is Dense { Bias: true } layer ? builder.Parameter(dense, layer.BiasIndex) : default;
        var (slope, dSlope) = builder.Parameter(prelu, 0);
        var forward = new PreluForward(x, bias, slope, y);
        if (dense is null)
            builder.Emit(new ColumnStep(builder.NameOf(prelu), forward, y));
        else
            DenseSteps.Forward(dense, builder, x, forward);
        if (!builder.IsTraining)
            return true;

        var dy = builder.Gradient(prelu);
        var operation = new PreluBackward(x, dy, slope, dSlope, dBias);
        builder.OfferEpilogue(prelu, operation);
        builder.OnBackward(() =>
        {
            if (builder.EpilogueIsLeft(prelu))
                builder.Emit(new ColumnStep(builder.NameOf(prelu), operation, dy));
            if (dense is not null)
            {
                DenseSteps.Backward(dense, builder, dy);
            }
            else if (builder.NeedsGradient(node.Inputs[0]))
            {
                var (dx, accumulate) = builder.GradientTarget(node.Inputs[0]);
                builder.Emit(new AddStep(builder.NameOf(prelu), dy, dx, accumulate));
            }
        });
        return true;
    }

    private static bool LowerMap(Node node, PlanBuilder builder)
    {
        var x = builder.Value(node.Inputs[0]);
        if (!x.IsDense)
            return false;
        builder.Claim(node);
        var name = builder.NameOf(node);
        var (slope, dSlope) = builder.Parameter(node, 0);
        builder.Emit(new PreluMapForward(name, x, slope, builder.CreateValue(node)));
        builder.OnBackward(() =>
        {
            var slots = PlanBuilder.Fixed($"{name} slots", new RowTasks(x).Most(builder.Capacity), x.Channels);
            var (dx, accumulate) = builder.NeedsGradient(node.Inputs[0]) ? builder.GradientTarget(node.Inputs[0]) : (null, false);
            builder.Emit(new PreluMapBackward(name, x, slope, builder.Gradient(node), dx, accumulate, slots));
            builder.Emit(new PreluMapFinish(name, x, slots, dSlope));
        });
        return true;
    }
}
