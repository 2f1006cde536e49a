using System.Collections.Immutable;
using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// Backward of a whitening and the function behind it: from sums of dy and of (x - mean) dy to the gradients of gamma,
/// beta, the matrix and the covariance, then dx = gamma M dy + S (x - mean) + offset. On vectors a task does all for its
/// group; on maps the three are phases. Frozen statistics leave out S and offset.
/// </summary>
sealed class WhitenBackward(
    WhiteningWork work, PlanBuffer dy, PlanBuffer dGamma, PlanBuffer dBeta, PlanBuffer? dx, bool accumulate)
    : Step("whitening backward", work.Name, Read(work, dy, accumulate ? dx : null), Written(work, dy, dGamma, dBeta, dx))
{
    private const int Products = 0;
    private const int Finish = 1;
    private const int Map = 2;

    private int LastPart => dx is null ? Finish : Map;

    public override int Phases => work.IsMap ? LastPart + 1 : 1;

    public override int Tasks(int phase, int count) =>
        work.Groups.Count * (work.IsMap && phase != Finish ? work.Blocks(count) : 1);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var (block, group) = Math.DivRem(task, work.Groups.Count);
        if (work.IsMap)
        {
            RunPart(phase, block, group, run);
            return;
        }
        for (var part = Products; part <= LastPart; part++)
            RunPart(part, block, group, run);
    }

    private void RunPart(int part, int block, int group, PlanRun run)
    {
        var (first, rows) = work.RowsOf(block, run.Count);
        switch (part)
        {
            case Products:
                Reduce(first, rows, block, group, run);
                break;
            case Finish:
                FindGradients(group, run);
                break;
            default:
                GroupRows.Map(
                    work.At(work.X, first, group, run), work.X.Stride, work.OfGroup(work.Mean, group), WhiteningWork.Matrix(work.Second, group),
                    work.At(dy, first, group, run), dy.Stride, WhiteningWork.Matrix(work.Map, group), work.OfGroup(work.Offset, group),
                    work.At(dx!, first, group, run), dx!.Stride, rows, accumulate);
                break;
        }
    }

    private void Reduce(int first, int rows, int block, int group, PlanRun run)
    {
        var gradient = work.At(dy, first, group, run);
        if (work.Function.Kind != ActivationKind.Identity)
            ActivateColumns.Backward(work.At(work.Y, first, group, run), gradient, default, dy.Stride, rows, work.Groups.Size(group), work.Function);
        GroupRows.Sum(gradient, dy.Stride, rows, work.SumsOf(block, group));
        GroupRows.Products(
            work.At(work.X, first, group, run), work.X.Stride, work.OfGroup(work.Mean, group), gradient, dy.Stride, default,
            rows, work.ProductsOf(block, group));
    }

    private void FindGradients(int group, PlanRun run)
    {
        const int width = GroupMatrix.Width;
        var (first, size) = (work.Groups.First(group), work.Groups.Size(group));
        Span<double> sums = stackalloc double[size];
        Span<double> gradient = stackalloc double[GroupMatrix.Length];
        work.MergeSums(group, work.Blocks(run.Count), sums);
        work.MergeProducts(group, work.Blocks(run.Count), gradient);
        var matrix = WhiteningWork.Matrix(work.Matrices, group);
        var map = WhiteningWork.Matrix(work.Map, group);
        var second = WhiteningWork.Matrix(work.Second, group);
        var offset = work.OfGroup(work.Offset, group);
        var gamma = run[work.Gamma].Slice(first, size);
        var gammaGradient = run[dGamma].Slice(first, size);
        var betaGradient = run[dBeta].Slice(first, size);
        for (var j = 0; j < size; j++)
        {
            // dGamma = sum of dy times the whitened value, which is (x - mean) M; the matrix sees gamma dy.
            var sum = 0.0;
            for (var i = 0; i < size; i++)
            {
                sum += matrix[i * width + j] * gradient[i * width + j];
                gradient[i * width + j] *= gamma[j];
                map[j * width + i] = gamma[j] * matrix[j * width + i];
            }
            gammaGradient[j] = (float)sum;
            betaGradient[j] = (float)sums[j];
        }
        offset.Clear();
        if (!work.Layer.UseBatchStatistics || dx is null)
            return;
        var m = run.Rows(work.X);
        work.Layer.InverseRootGradient(work.KeptOf(group), size, gradient);
        for (var i = 0; i < GroupMatrix.Length; i++)
            second[i] = 2 * gradient[i] / m;
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
                offset[i] -= map[j * width + i] * sums[j] / m;
        }
    }

    private static ImmutableArray<PlanBuffer> Read(WhiteningWork work, PlanBuffer dy, PlanBuffer? dx)
    {
        List<PlanBuffer> read = [work.X, work.Memory, work.Gamma, dy];
        if (work.Function.Kind != ActivationKind.Identity)
            read.Add(work.Y);
        if (dx is not null)
            read.Add(dx);
        return [.. read];
    }

    private static ImmutableArray<PlanBuffer> Written(
        WhiteningWork work, PlanBuffer dy, PlanBuffer dGamma, PlanBuffer dBeta, PlanBuffer? dx)
    {
        List<PlanBuffer> written = [work.Memory, dGamma, dBeta];
        // The function's gradient takes dy's place.
        if (work.Function.Kind != ActivationKind.Identity)
            written.Add(dy);
        if (dx is not null)
            written.Add(dx);
        return [.. written];
    }
}
