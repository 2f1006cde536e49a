using Batchwise.Kernels;

namespace Batchwise;

/// <summary>A whitening in inference: M holds a matrix per group on its diagonal, each column times its gamma.</summary>
sealed class WhiteningMap : InferenceMap
{
    private readonly WhiteningGroups groups;
    private readonly double[] center;
    private readonly double[] shift;
    private readonly double[] matrices;

    public WhiteningMap(Whitening whitening, NetworkState state, Node node, StatisticsSource source)
    {
        var name = state.Network.NameOf(node);
        var stored = WhiteningStatistics.Choose(state, node, source);
        var gamma = state.Parameter($"{name}.gamma");
        var beta = state.Parameter($"{name}.beta");
        groups = whitening.GroupsOf(gamma.Length);
        center = stored.Mean;
        shift = new double[beta.Length];
        for (var c = 0; c < shift.Length; c++)
            shift[c] = beta[c];
        matrices = new double[groups.Count * GroupMatrix.Length];
        var covariance = new double[GroupMatrix.Length];
        for (var group = 0; group < groups.Count; group++)
        {
            var matrix = Matrix(group);
            groups.Gather(group, stored.Variance, stored.Covariance, covariance);
            whitening.InverseRoot(covariance, groups.Size(group), matrix, new double[whitening.KeptLength]);
            for (var j = 0; j < groups.Size(group); j++)
            {
                for (var i = 0; i < groups.Size(group); i++)
                    matrix[i * GroupMatrix.Width + j] *= gamma[groups.First(group) + j];
            }
        }
    }

    public override ReadOnlySpan<double> Center => center;

    public override ReadOnlySpan<double> Shift => shift;

    public override void Multiply(Span<double> row)
    {
        Span<double> product = stackalloc double[GroupMatrix.Width];
        for (var group = 0; group < groups.Count; group++)
        {
            var part = row.Slice(groups.First(group), groups.Size(group));
            var matrix = Matrix(group);
            product.Clear();
            for (var i = 0; i < part.Length; i++)
            {
                for (var j = 0; j < part.Length; j++)
                    product[j] += part[i] * matrix[i * GroupMatrix.Width + j];
            }
            product[..part.Length].CopyTo(part);
        }
    }

    private Span<double> Matrix(int group) => WhiteningWork.Matrix(matrices, group);
}
