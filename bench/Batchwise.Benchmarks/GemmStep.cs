using Batchwise.Kernels;

namespace Batchwise.Benchmarks;

/// <summary>A matrix product as a step: the form in which a plan runs it.</summary>
sealed class GemmStep : Step
{
    private const int RowsPerTask = 96;
    private readonly int m, n, k;
    private readonly bool transposeA;
    private readonly AlignedMemory a, b, c;

    public GemmStep(int m, int n, int k, bool transposeA, bool transposeB)
        : base("gemm", "gemm", [], [])
    {
        if (transposeB)
            throw new ArgumentException("--tb is not timed: plans transpose a parameter once per step instead.");
        (this.m, this.n, this.k, this.transposeA) = (m, n, k, transposeA);
        (a, b, c) = (new AlignedMemory((long)m * k), new AlignedMemory((long)k * n), new AlignedMemory((long)m * n));
        var random = new Philox(4, RandomPurpose.Experiment, 0);
        foreach (ref var value in a.Span(0, m * k))
            value = random.NextSingle();
        foreach (ref var value in b.Span(0, k * n))
            value = random.NextSingle();
    }

    public override int Tasks(int phase, int count) => m > n ? (m + RowsPerTask - 1) / RowsPerTask : ColumnBlock.Count(n);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var byRows = m > n;
        var (row, rows) = byRows ? (task * RowsPerTask, Math.Min(RowsPerTask, m - task * RowsPerTask)) : (0, m);
        var (column, columns) = byRows ? (0, n) : (task * ColumnBlock.Width, Math.Min(ColumnBlock.Width, n - task * ColumnBlock.Width));
        Gemm.Block(rows, columns, k,
            a.Span(0, m * k)[(transposeA ? row : row * k)..], transposeA ? 1 : k, transposeA ? m : 1,
            b.Span(0, k * n)[column..], n, c.Span(0, m * n)[(row * n + column)..], n, accumulate: false);
    }
}
