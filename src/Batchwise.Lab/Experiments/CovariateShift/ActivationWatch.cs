using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>
/// Follows the inputs of a network's nonlinearities on fixed examples, as training sees them: normalized by the batch's own
/// statistics, and with the noise of a step where there is any.
/// </summary>
sealed class ActivationWatch
{
    /// <summary>The unit of each layer whose percentiles are kept, chosen before any run.</summary>
    public const int Unit = 0;

    private readonly Dataset examples;
    private readonly LayerProbe[] probes;
    private readonly int[] sizes;
    private readonly double[]?[] medians;
    private readonly double[]?[] deviations;

    /// <summary>Watches a state.</summary>
    /// <param name="state">The state, whose values go on changing.</param>
    /// <param name="layers">Its hidden layers.</param>
    /// <param name="examples">The examples, all in one batch.</param>
    public ActivationWatch(NetworkState state, ImmutableArray<HiddenLayer> layers, Dataset examples)
    {
        this.examples = examples;
        probes = [.. layers.Select(layer => new LayerProbe(state, state.Network.NameOf(layer.Input), NetworkMode.Training, examples.Count))];
        sizes = [.. layers.Select(layer => layer.Input.Shape.Size)];
        (medians, deviations) = (new double[]?[layers.Length], new double[]?[layers.Length]);
    }

    /// <summary>Looks at the state as it is now.</summary>
    /// <param name="seed">Fixes the noise: another one for another moment, as in training.</param>
    /// <returns>
    /// The followed unit of each layer; and each layer's drift since the last look: the mean over units of the absolute change of
    /// the median, in the unit's deviation at that look. Empty at the first look.
    /// </returns>
    public (ImmutableArray<UnitSpread> Units, ImmutableArray<double> Drifts) Look(ulong seed)
    {
        var units = ImmutableArray.CreateBuilder<UnitSpread>();
        var drifts = ImmutableArray.CreateBuilder<double>();
        for (var layer = 0; layer < probes.Length; layer++)
        {
            var values = probes[layer].Read(examples, seed: seed);
            var (median, deviation) = (new double[sizes[layer]], new double[sizes[layer]]);
            var column = new float[examples.Count];
            for (var unit = 0; unit < sizes[layer]; unit++)
            {
                for (var i = 0; i < column.Length; i++)
                    column[i] = values[i * sizes[layer] + unit];
                Array.Sort(column);
                median[unit] = Figure1Run.Percentile(column, 50);
                deviation[unit] = Sample.Deviation([.. column.Select(value => (double)value)]);
                if (unit == Unit)
                    units.Add(new(Figure1Run.Percentile(column, 15), median[unit], Figure1Run.Percentile(column, 85)));
            }
            if (medians[layer] is { } before && deviations[layer] is { } scale)
                drifts.Add(Sample.Mean([.. median.Select((value, unit) => Math.Abs(value - before[unit]) / Math.Max(scale[unit], 1e-12))]));
            (medians[layer], deviations[layer]) = (median, deviation);
        }
        return (units.ToImmutable(), drifts.ToImmutable());
    }
}
