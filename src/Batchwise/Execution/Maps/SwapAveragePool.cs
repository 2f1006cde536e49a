namespace Batchwise;

/// <summary>
/// An average pool that keeps the map's size and the pointwise convolution behind it may change places: both are linear, one over
/// places, the other over channels. Behind the convolution there are fewer channels to pool, and the convolution is one of the
/// pool's own input, which others may share (<see cref="JoinPointwise"/>). The bias, if there is one, stays last.
/// </summary>
static class SwapAveragePool
{
    /// <summary>Whether a node is a pool that a pointwise convolution behind it had better go before.</summary>
    public static bool Allows(Node node, PlanBuilder builder) =>
        node.Layer is AveragePool { Window: { StrideY: 1, StrideX: 1 } }
        && node.Shape == node.Inputs[0].Shape
        && builder.SoleConsumer(node)?.Layer is Convolution layer && layer.ShapeOn(node.Shape).IsPointwise && layer.Outputs <= node.Shape.Channels;

    /// <summary>Emits the pool of what the convolution gave.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="builder">The plan.</param>
    /// <param name="z">The convolution's result.</param>
    /// <param name="y">Receives the averages.</param>
    public static void Forward(Node pool, PlanBuilder builder, PlanBuffer z, PlanBuffer y)
    {
        var (layer, shape) = Of(pool, z);
        builder.Emit(new AveragePoolForward(builder.NameOf(pool), layer.ShapeOn(shape), layer.FactorsOn(shape), z, y));
    }

    /// <summary>Emits its backward step.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="builder">The plan.</param>
    /// <param name="dy">The gradient of the averages.</param>
    /// <param name="dz">Receives that of the convolution's result.</param>
    public static void Backward(Node pool, PlanBuilder builder, PlanBuffer dy, PlanBuffer dz)
    {
        var (layer, shape) = Of(pool, dz);
        builder.Emit(new AveragePoolBackward(builder.NameOf(pool), layer.ShapeOn(shape), layer.FactorsOn(shape), dy, dz, accumulate: false));
    }

    private static (AveragePool Layer, Shape Shape) Of(Node pool, PlanBuffer z) =>
        ((AveragePool)pool.Layer, new Shape(pool.Shape[0], pool.Shape[1], z.Channels));
}
