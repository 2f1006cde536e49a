namespace Batchwise;

/// <summary>
/// An average pool that keeps the map's size and the pointwise convolution behind it may change places: both are linear, one over
/// places, the other over channels. Behind the convolution there are fewer channels to pool, and the convolution is one of the
/// pool's own input, which others may share. The bias, if there is one, stays last.
/// </summary>
static class SwapAveragePool
{
    /// <summary>Whether a node is such a pool.</summary>
    public static bool Allows(Node node, PlanBuilder builder) => false;

    public static void Forward(Node pool, PlanBuilder builder, PlanBuffer z, PlanBuffer y) => throw new NotImplementedException();

    public static void Backward(Node pool, PlanBuilder builder, PlanBuffer dy, PlanBuffer dz) => throw new NotImplementedException();
}
