using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// Forward of a whitening: sums, products of deviations, the whitening matrix, the map with the function behind it. On
/// vectors a task does all four for its group; on maps they are phases.
/// </summary>
sealed class WhitenForward(WhiteningWork work, WhiteningStatistics statistics, bool usesBatch)
    : Step("whitening", work.Name, [work.X, work.Gamma, work.Beta], [work.Memory, work.Y])
{
    private const int Sums = 0;
    private const int Products = 1;
    private const int Finish = 2;
    private const int Map = 3;

    private readonly int firstPart = usesBatch ? Sums : Finish;

    public override string Detail =>
        $"{(usesBatch ? "" : "stored statistics, ")}groups of {work.Groups.Largest}, then {work.Function.Kind}";

    public override int Phases => work.IsMap ? Map + 1 - firstPart : 1;

    public override int Tasks(int phase, int count) =>
        work.Groups.Count * (work.IsMap && firstPart + phase != Finish ? work.Blocks(count) : 1);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        if (usesBatch)
            work.Layer.RequireEnough(work.Name, run.Count, run.Rows(work.X), work.Node.Shape);
        var (block, group) = Math.DivRem(task, work.Groups.Count);
        if (work.IsMap)
        {
            RunPart(firstPart + phase, block, group, run);
            return;
        }
        for (var part = firstPart; part <= Map; part++)
            RunPart(part, block, group, run);
    }

    private void RunPart(int part, int block, int group, PlanRun run)
    {
        var (first, rows) = work.RowsOf(block, run.Count);
        switch (part)
        {
            case Sums:
                GroupRows.Sum(work.At(work.X, first, group, run), work.X.Stride, rows, work.SumsOf(block, group));
                break;
            case Products:
                Span<double> mean = stackalloc double[work.Groups.Size(group)];
                TakeMean(group, run, mean);
                var x = work.At(work.X, first, group, run);
                GroupRows.Products(x, work.X.Stride, mean, x, work.X.Stride, mean, rows, work.ProductsOf(block, group));
                break;
            case Finish:
                FindMatrix(group, run);
                break;
            default:
                Apply(first, rows, group, run);
                break;
        }
    }

    private void TakeMean(int group, PlanRun run, Span<double> mean)
    {
        work.MergeSums(group, work.Blocks(run.Count), mean);
        foreach (ref var value in mean)
            value /= run.Rows(work.X);
    }

    /// <summary>The whitening matrix of the batch's or the stored covariance, and the map y = (x - mean) M gamma + beta.</summary>
    private void FindMatrix(int group, PlanRun run)
    {
        Span<double> covariance = stackalloc double[GroupMatrix.Length];
        var (first, size) = (work.Groups.First(group), work.Groups.Size(group));
        var mean = work.OfGroup(work.Mean, group);
        if (usesBatch)
        {
            var m = run.Rows(work.X);
            TakeMean(group, run, mean);
            work.MergeProducts(group, work.Blocks(run.Count), covariance);
            statistics.Stage(group, mean, covariance, m);
            foreach (ref var value in covariance)
                value /= m;
        }
        else
        {
            var stored = statistics.Choose(run.Source);
            work.OfGroup(stored.Mean, group).CopyTo(mean);
            work.Groups.Gather(group, stored.Variance, stored.Covariance, covariance);
        }
        var matrix = WhiteningWork.Matrix(work.Matrices, group);
        var map = WhiteningWork.Matrix(work.Map, group);
        var offset = work.OfGroup(work.Offset, group);
        work.Layer.InverseRoot(covariance, size, matrix, work.KeptOf(group));
        var gamma = run[work.Gamma].Slice(first, size);
        var beta = run[work.Beta].Slice(first, size);
        for (var j = 0; j < size; j++)
        {
            offset[j] = beta[j];
            for (var i = 0; i < size; i++)
                map[i * GroupMatrix.Width + j] = matrix[i * GroupMatrix.Width + j] * gamma[j];
        }
    }

    private void Apply(int first, int rows, int group, PlanRun run)
    {
        var y = work.At(work.Y, first, group, run);
        GroupRows.Map(
            work.At(work.X, first, group, run), work.X.Stride, work.OfGroup(work.Mean, group), WhiteningWork.Matrix(work.Map, group),
            work.OfGroup(work.Offset, group), y, work.Y.Stride, rows);
        if (work.Function.Kind != ActivationKind.Identity)
            ActivateColumns.Forward(y, default, y, work.Y.Stride, rows, work.Groups.Size(group), work.Function);
    }
}
