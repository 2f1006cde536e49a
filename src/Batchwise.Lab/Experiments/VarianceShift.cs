using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>How the variance of what a layer is given changes from training to inference (Li et al. 2018, arXiv 1801.05134).</summary>
static class VarianceShift
{
    private const int MostImages = 5_000;

    // As batch normalization adds it: a channel that varies nowhere counts as unchanged.
    private const double Epsilon = 1e-5;

    /// <summary>
    /// Variance in training mode, dropout on, over that in inference with population statistics, on the same training images:
    /// the geometric mean over channels.
    /// </summary>
    /// <param name="state">The trained state.</param>
    /// <param name="train">Training images, of which at most 5,000 are looked at.</param>
    /// <param name="batch">Examples per batch.</param>
    /// <returns>A ratio for the input of each batch normalization, of a network without for that of each nonlinearity.</returns>
    public static ImmutableArray<double> Measure(NetworkState state, Dataset train, int batch)
    {
        var network = state.Network;
        var normalized = network.Nodes.Any(node => node.Layer is BatchNormalization);
        var images = train.Slice(0, Math.Min(train.Count, MostImages) / batch * batch);
        return [.. from node in network.Nodes
                   where normalized ? node.Layer is BatchNormalization : node.Layer is Activation or Prelu
                   select Ratio(state, network.NameOf(node.Inputs[0]), images, batch)];
    }

    private static double Ratio(NetworkState state, string layer, Dataset images, int batch)
    {
        var training = Variances(new LayerProbe(state, layer, NetworkMode.Training, batch).Read(images), images.Count);
        var inference = Variances(new LayerProbe(state, layer).Read(images, StatisticsSource.PopulationElseMoving), images.Count);
        return Math.Exp(Sample.Mean([.. training.Zip(inference, (one, other) => Math.Log((one + Epsilon) / (other + Epsilon)))]));
    }

    private static double[] Variances(float[] values, int images)
    {
        var size = values.Length / images;
        var variances = new double[size];
        for (var j = 0; j < size; j++)
        {
            var (mean, squares) = (0.0, 0.0);
            for (var i = 0; i < images; i++)
                mean += values[i * size + j];
            mean /= images;
            for (var i = 0; i < images; i++)
                squares += (values[i * size + j] - mean) * (values[i * size + j] - mean);
            variances[j] = squares / images;
        }
        return variances;
    }
}
