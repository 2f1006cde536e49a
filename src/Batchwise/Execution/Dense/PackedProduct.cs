using System.Collections.Immutable;
using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// C (+)= A B of whole buffers by a planned product, in its phases and tasks. Batches of every size have their own plan,
/// made with the step; every element is one sum in its order, so the bits are those of any other way.
/// </summary>
sealed class PackedProduct : Step
{
    private readonly PlanBuffer a, b, c, shared;
    private readonly bool accumulate;
    private readonly ImmutableArray<GemmPlan> plans;

    private PackedProduct(string operation, string layer, PlanBuffer a, PlanBuffer b, PlanBuffer c, PlanBuffer shared, bool accumulate, ImmutableArray<GemmPlan> plans)
        : base(operation, layer, [a, b], [c, shared])
    {
        (this.a, this.b, this.c, this.shared) = (a, b, c, shared);
        this.accumulate = accumulate;
        this.plans = plans;
        Phases = plans.Max(plan => plan.Phases);
        WorkerScratch = plans.Max(plan => plan.WorkerScratch);
    }

    public override string Detail => "packed";

    public override int Phases { get; }

    public override long WorkerScratch { get; }

    /// <summary>The product of two buffers, either of which may be taken transposed.</summary>
    /// <param name="operation">What it is to the layer.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="a">A; its rows, or the columns of its transpose, may grow with the batch.</param>
    /// <param name="transposeA">Whether A is taken transposed.</param>
    /// <param name="b">B.</param>
    /// <param name="transposeB">Whether B is taken transposed.</param>
    /// <param name="c">C.</param>
    /// <param name="accumulate">Whether the sums start from what C holds.</param>
    /// <param name="capacity">The largest batch.</param>
    public static PackedProduct Of(
        string operation, string layer, PlanBuffer a, bool transposeA, PlanBuffer b, bool transposeB, PlanBuffer c, bool accumulate, int capacity)
    {
        ImmutableArray<GemmPlan> plans = [.. Enumerable.Range(1, capacity).Select(count => GemmPlan.For(
            new GemmShape(c.Rows(count), c.Channels, transposeA ? a.Rows(count) : a.Channels, transposeA, transposeB)))];
        var shared = PlanBuilder.Fixed($"{layer} {operation} panels", 1, Math.Max(1, plans.Max(plan => plan.SharedScratch)));
        return new(operation, layer, a, b, c, shared, accumulate, plans);
    }

    public override int Tasks(int phase, int count) => phase < plans[count - 1].Phases ? plans[count - 1].Tasks(phase) : 0;

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch) => plans[run.Count - 1].Run(phase, task, new GemmOperands
    {
        A = run[a],
        AStride = a.Stride,
        B = run[b],
        BStride = b.Stride,
        C = run[c],
        CStride = c.Stride,
        Accumulate = accumulate,
        SharedScratch = run[shared],
        WorkerScratch = scratch,
    });
}
