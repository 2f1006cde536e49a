using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// A layer's effective weight, [fan-in, outputs], computed once per run from the parameters that stand for it, and their
/// gradients from its own. The plain weight is its own effective weight and takes no step.
/// </summary>
static class EffectiveWeight
{
    /// <summary>The buffer that holds the effective weight, whose columns are the outputs, and the step that fills it.</summary>
    public static PlanBuffer Forward(Node node, Reparameterization reparameterization, PlanBuilder builder)
    {
        var (source, gradient) = builder.Parameter(node, 0);
        if (reparameterization == Reparameterization.None)
            return source;
        var name = builder.NameOf(node);
        var weight = new PlanBuffer($"{name} effective weight", BufferRegion.Arena, source.Positions, source.Channels, source.Stride, perSample: false);
        var columns = new WeightColumns(source, PlanBuilder.Fixed($"{name} weight vectors", NormalizationVectors.Count, source.Channels), gradient);
        ColumnOperation operation = reparameterization switch
        {
            WeightNormalization => new NormalizeWeight(columns, builder.Parameter(node, 1).Value, weight),
            WeightStandardization standardization => new StandardizeWeight(columns, standardization.Epsilon, weight),
            _ => throw new InvalidOperationException($"No step computes an effective weight by {reparameterization}."),
        };
        builder.Emit(new ColumnStep(name, operation, source));
        builder.Keep(node, columns);
        return weight;
    }

    /// <summary>
    /// The step from the gradient of the effective weight to those of the parameters. The former lies where the gradient of
    /// the first parameter belongs, and becomes it in place.
    /// </summary>
    public static void Backward(Node node, Reparameterization reparameterization, PlanBuilder builder)
    {
        if (reparameterization == Reparameterization.None)
            return;
        // The very one of forward, which leaves in it what it normalized by.
        var columns = builder.Kept<WeightColumns>(node);
        ColumnOperation operation = reparameterization is WeightNormalization
            ? new NormalizeWeightBackward(columns, builder.Parameter(node, 1).Gradient)
            : new StandardizeWeightBackward(columns);
        builder.Emit(new ColumnStep(builder.NameOf(node), operation, columns.Source));
    }
}
