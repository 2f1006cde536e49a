using Batchwise.Kernels;

namespace Batchwise;

/// <summary>The reference of a whitening: forward and backward of one batch in float64, by the definitions.</summary>
sealed class WhiteningReference
{
    private const int Width = GroupMatrix.Width;

    private readonly Whitening layer;
    private readonly ReferencePass pass;
    private readonly WhiteningGroups groups;
    private readonly int rows;
    private readonly double[] mean;
    private readonly double[] variance;
    private readonly double[] covariance;

    public WhiteningReference(Whitening layer, ReferencePass pass)
    {
        this.layer = layer;
        this.pass = pass;
        groups = layer.GroupsOf(pass.OutputShape.Channels);
        rows = pass.Input().Length / groups.Channels;
        mean = new double[groups.Channels];
        variance = new double[groups.Channels];
        covariance = new double[groups.Pairs];
        if (UsesBatch)
            Measure();
        else
            TakeStored();
    }

    private bool UsesBatch => layer.UsesBatch(pass.Mode);

    /// <summary>y = gamma M (x - mean) + beta.</summary>
    public void Forward()
    {
        for (var group = 0; group < groups.Count; group++)
        {
            var (first, size) = (groups.First(group), groups.Size(group));
            var (matrix, _) = InverseRoot(group);
            for (var n = 0; n < rows; n++)
            {
                for (var j = 0; j < size; j++)
                {
                    var whitened = 0.0;
                    for (var i = 0; i < size; i++)
                        whitened += Centred(n, first + i) * matrix[i * Width + j];
                    pass.Output[n * groups.Channels + first + j] = pass.Parameter(0)[first + j] * whitened + pass.Parameter(1)[first + j];
                }
            }
        }
        if (UsesBatch)
            WriteStatistics();
    }

    /// <summary>The gradients with respect to x, gamma and beta; see docs/whitening.md.</summary>
    public void Backward()
    {
        for (var group = 0; group < groups.Count; group++)
        {
            var (first, size) = (groups.First(group), groups.Size(group));
            var (matrix, kept) = InverseRoot(group);
            // g is the gradient of the whitened values, M its matrix's: dM = sum over n of (x - mean) gT.
            var dMatrix = new double[GroupMatrix.Length];
            var g = new double[rows * size];
            for (var n = 0; n < rows; n++)
            {
                for (var j = 0; j < size; j++)
                {
                    var dy = pass.OutputGradient[n * groups.Channels + first + j];
                    g[n * size + j] = dy * pass.Parameter(0)[first + j];
                    pass.ParameterGradient(1)[first + j] += dy;
                    for (var i = 0; i < size; i++)
                    {
                        dMatrix[i * Width + j] += Centred(n, first + i) * g[n * size + j];
                        pass.ParameterGradient(0)[first + j] += dy * Centred(n, first + i) * matrix[i * Width + j];
                    }
                }
            }
            layer.InverseRootGradient(kept, size, dMatrix);
            AddInputGradient(first, size, matrix, dMatrix, g);
        }
    }

    /// <summary>dx = M g, and, where the statistics depend on x, 2/m dSigma (x - mean) and what the mean takes out.</summary>
    private void AddInputGradient(int first, int size, double[] matrix, double[] dCovariance, double[] g)
    {
        var sums = new double[size];
        var dx = new double[rows * size];
        for (var n = 0; n < rows; n++)
        {
            for (var i = 0; i < size; i++)
            {
                for (var j = 0; j < size; j++)
                {
                    dx[n * size + i] += matrix[i * Width + j] * g[n * size + j];
                    if (UsesBatch)
                        dx[n * size + i] += 2.0 / rows * dCovariance[i * Width + j] * Centred(n, first + j);
                }
                sums[i] += dx[n * size + i];
            }
        }
        for (var n = 0; n < rows; n++)
        {
            for (var i = 0; i < size; i++)
                pass.InputGradient()[n * groups.Channels + first + i] += dx[n * size + i] - (UsesBatch ? sums[i] / rows : 0);
        }
    }

    private double Centred(int row, int channel) => pass.Input()[row * groups.Channels + channel] - mean[channel];

    private (double[] Matrix, double[] Kept) InverseRoot(int group)
    {
        var (sigma, matrix, kept) = (new double[GroupMatrix.Length], new double[GroupMatrix.Length], new double[layer.KeptLength]);
        groups.Gather(group, variance, covariance, sigma);
        layer.InverseRoot(sigma, groups.Size(group), matrix, kept);
        return (matrix, kept);
    }

    /// <summary>The batch's mean and biased covariance.</summary>
    private void Measure()
    {
        layer.RequireEnough(pass.Name, pass.Count, rows, pass.OutputShape);
        var x = pass.Input();
        for (var i = 0; i < x.Length; i++)
            mean[i % mean.Length] += x[i] / rows;
        for (var n = 0; n < rows; n++)
        {
            var pair = 0;
            for (var c = 0; c < groups.Channels; c++)
            {
                variance[c] += Centred(n, c) * Centred(n, c) / rows;
                for (var other = c - c % groups.GroupSize; other < c; other++, pair++)
                    covariance[pair] += Centred(n, c) * Centred(n, other) / rows;
            }
        }
    }

    private void TakeStored()
    {
        var population = BatchStatisticsLayer.UsesPopulation(pass.Statistic(2), pass.Source, pass.Name);
        pass.Statistic(population ? 2 : 0).CopyTo(mean);
        pass.Statistic(population ? 3 : 1).CopyTo(variance);
        if (covariance.Length > 0)
            pass.Statistic(population ? 6 : 5).CopyTo(covariance);
    }

    private void WriteStatistics()
    {
        var unbiased = rows / (rows - 1.0);
        if (pass.Mode == NetworkMode.Statistics)
        {
            Average(mean, 2, 1, 1);
            Average(variance, 3, 1, unbiased);
            if (covariance.Length > 0)
                Average(covariance, 6, 1, unbiased);
        }
        else if (layer.UpdateStatistics)
        {
            var weight = layer.WeightAfter(pass.Statistic(4)[0]);
            Average(mean, 0, weight, 1);
            Average(variance, 1, weight, unbiased);
            if (covariance.Length > 0)
                Average(covariance, 5, weight, unbiased);
            pass.NewStatistic(4)[0] = pass.Statistic(4)[0] + 1;
        }
    }

    private void Average(double[] values, int statistic, double weight, double scale)
    {
        for (var i = 0; i < values.Length; i++)
            pass.NewStatistic(statistic)[i] = weight == 1 ? values[i] * scale : (1 - weight) * pass.Statistic(statistic)[i] + weight * values[i] * scale;
    }
}
