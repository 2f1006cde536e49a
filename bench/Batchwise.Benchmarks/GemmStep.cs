using Batchwise.Kernels;

namespace Batchwise.Benchmarks;

/// <summary>A matrix product as a step of a schedule.</summary>
sealed class GemmStep : Step
{
    private readonly GemmPlan plan;
    private readonly AlignedMemory a, b, c, shared;

    public GemmStep(int m, int n, int k, bool transposeA, bool transposeB)
        : base("gemm", "gemm", [], [])
    {
        plan = GemmPlan.For(new GemmShape(m, n, k, transposeA, transposeB));
        (a, b, c) = (new AlignedMemory((long)m * k), new AlignedMemory((long)k * n), new AlignedMemory((long)m * n));
        shared = new AlignedMemory(plan.SharedScratch);
        var random = new Philox(4, RandomPurpose.Experiment, 0);
        foreach (ref var value in a.Span(0, m * k))
            value = random.NextSingle();
        foreach (ref var value in b.Span(0, k * n))
            value = random.NextSingle();
    }

    public override int Phases => plan.Phases;

    public override long WorkerScratch => plan.WorkerScratch;

    public override int Tasks(int phase, int count) => plan.Tasks(phase);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var shape = plan.Shape;
        plan.Run(phase, task, new GemmOperands
        {
            A = a.Span(0, (int)a.Length),
            AStride = shape.TransposeA ? shape.M : shape.K,
            B = b.Span(0, (int)b.Length),
            BStride = shape.TransposeB ? shape.K : shape.N,
            C = c.Span(0, (int)c.Length),
            CStride = shape.N,
            SharedScratch = shared.Span(0, (int)shared.Length),
            WorkerScratch = scratch,
        });
    }
}
