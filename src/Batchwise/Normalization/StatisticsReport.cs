using System.Collections.Immutable;
using System.Globalization;

namespace Batchwise;

/// <summary>How far a layer's moving averages are from its population statistics.</summary>
/// <param name="Layer">The layer's name.</param>
/// <param name="MeanShift">The largest distance of the means over the channels, in population deviations.</param>
/// <param name="SmallestVarianceRatio">The smallest ratio of moving to population variance.</param>
/// <param name="LargestVarianceRatio">The largest ratio.</param>
public sealed record StatisticsDistance(string Layer, double MeanShift, double SmallestVarianceRatio, double LargestVarianceRatio);

/// <summary>Compares moving averages with population statistics, layer by layer.</summary>
public static class StatisticsReport
{
    /// <summary>The distances of all normalizations of a state that have statistics of both kinds.</summary>
    /// <param name="state">The state.</param>
    /// <exception cref="InvalidOperationException">The population statistics have not been estimated.</exception>
    public static ImmutableArray<StatisticsDistance> Compare(NetworkState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var rows = ImmutableArray.CreateBuilder<StatisticsDistance>();
        foreach (var node in state.Network.Nodes)
        {
            if (node.Layer is not BatchStatisticsLayer { UsesStatistics: true, Epsilon: var epsilon })
                continue;
            var (mean, variance) = StoredStatistics.Choose(state, node, StatisticsSource.Population);
            var (movingMean, movingVariance) = StoredStatistics.Choose(state, node, StatisticsSource.Moving);
            double shift = 0, smallest = double.PositiveInfinity, largest = 0;
            for (var c = 0; c < mean.Length; c++)
            {
                var total = variance[c] + epsilon;
                shift = Math.Max(shift, Math.Abs(movingMean[c] - mean[c]) / Math.Sqrt(total));
                var ratio = (movingVariance[c] + epsilon) / total;
                (smallest, largest) = (Math.Min(smallest, ratio), Math.Max(largest, ratio));
            }
            rows.Add(new(state.Network.NameOf(node), shift, smallest, largest));
        }
        return rows.ToImmutable();
    }

    /// <summary>The distances as a table.</summary>
    /// <param name="distances">The distances, a row each.</param>
    public static string Print(IEnumerable<StatisticsDistance> distances)
    {
        ArgumentNullException.ThrowIfNull(distances);
        var rows = new List<string[]> { new[] { "layer", "mean shift (deviations)", "variance ratio" } };
        foreach (var row in distances)
        {
            rows.Add([row.Layer, row.MeanShift.ToString("0.000", CultureInfo.InvariantCulture),
                string.Create(CultureInfo.InvariantCulture, $"{row.SmallestVarianceRatio:0.000} to {row.LargestVarianceRatio:0.000}")]);
        }
        return NetworkPrinter.Table(rows, numeric: [1]);
    }
}
