using System.Collections.Immutable;
using Batchwise.Kernels;

namespace Batchwise;

/// <summary>One tensor of a state as PyTorch has it.</summary>
/// <param name="Own">Its name in the network: <c>batchNorm1.gamma</c>.</param>
/// <param name="Name">Its name in PyTorch: <c>batchNorm1.weight</c>.</param>
/// <param name="Shape">Its shape in PyTorch.</param>
/// <param name="Read">Stores a tensor of that shape in a state; false where it holds a value that no training leaves.</param>
/// <param name="Write">Makes the tensor, of a name.</param>
/// <param name="IsOptional">Whether a state dictionary may lack it.</param>
sealed record TorchTensor(
    string Own, string Name, ImmutableArray<int> Shape, Func<NamedTensor, NetworkState, bool> Read, Func<string, NamedTensor> Write, bool IsOptional = false);

/// <summary>All tensors of a state as PyTorch has them.</summary>
static class TorchTensors
{
    public static IEnumerable<TorchTensor> Of(NetworkState state)
    {
        var flattened = FlattenedMaps(state.Network);
        foreach (var node in state.Network.Nodes)
        {
            var map = node.Inputs.Length > 0 ? flattened.GetValueOrDefault(node.Inputs[0]) : null;
            foreach (var spec in node.Parameters)
                yield return Parameter(state, node, spec, map);
            if (node.Statistics.Length == 0)
                continue;
            foreach (var spec in node.Statistics.Where(spec => spec.Role == StatisticRole.Moving))
                yield return Statistic(state, node, spec, map);
        }
    }

    /// <summary>Vectors whose values are those of a flattened map, in the order of that map: what a flattening gives, and what treats each value alike.</summary>
    private static Dictionary<Node, Shape?> FlattenedMaps(Network network)
    {
        var maps = new Dictionary<Node, Shape?>();
        foreach (var node in network.Nodes.Where(node => node.Shape.Rank == 1 && node.Inputs.Length > 0))
        {
            if (node.Layer is Flatten)
                maps[node] = node.Inputs[0].Shape is { Rank: 3, Channels: > 1, Positions: > 1 } map ? map : maps.GetValueOrDefault(node.Inputs[0]);
            else if (node.Layer is not (Dense or GlobalAveragePool or Concatenation))
                maps[node] = maps.GetValueOrDefault(node.Inputs[0]);
        }
        return maps;
    }

    private static TorchTensor Parameter(NetworkState state, Node node, ParameterSpec spec, Shape? map)
    {
        var layer = state.Network.NameOf(node);
        var own = $"{layer}.{spec.Name}";
        var (shape, toTorch, fromTorch) = Layout(node, spec, map);
        return new(own, $"{layer}.{TorchName(node, spec.Name)}", shape,
            (tensor, target) =>
            {
                var values = fromTorch(tensor.ToSingle());
                values.CopyTo(target.Parameter(own));
                return Finite.All(values);
            },
            name => NamedTensor.From(name, shape, toTorch([.. state.Parameter(own)])));
    }

    /// <summary>PyTorch's shape of a parameter, and the way there and back.</summary>
    private static (ImmutableArray<int> Shape, Func<float[], float[]> ToTorch, Func<float[], float[]> FromTorch) Layout(Node node, ParameterSpec spec, Shape? map)
    {
        var shape = spec.Shape;
        if (spec.Name == "g")
            return ([shape.Size, .. Enumerable.Repeat(1, node.Layer is Convolution ? 3 : 1)], values => values, values => values);
        if (spec.Role == ParameterRole.Weight && node.Layer is Convolution)
            return ([shape[3], shape[2], shape[0], shape[1]], values => WeightLayout.OutputsFirst(values, shape), values => WeightLayout.OutputsLast(values, shape));
        if (spec.Role == ParameterRole.Weight && node.Layer is Dense)
        {
            var (inputs, outputs) = (shape[0], shape[1]);
            return ([outputs, inputs],
                values => WeightLayout.Transposed(map is { } source ? WeightLayout.RowsChannelsFirst(values, source, outputs) : values, inputs, outputs),
                values => WeightLayout.Transposed(values, outputs, inputs) is var rows && map is { } source ? WeightLayout.RowsChannelsLast(rows, source, outputs) : rows);
        }
        if (spec.Role == ParameterRole.Bias || (map is null && shape.Rank == 1))
            return (shape.Dimensions, values => values, values => values);
        // One value for each place and channel of a map, which may have been flattened.
        var order = map ?? shape;
        return order.Rank != 3
            ? (shape.Dimensions, values => values, values => values)
            : (map is null ? [order.Channels, order[0], order[1]] : shape.Dimensions, values => WeightLayout.ChannelsFirst(values, order), values => WeightLayout.ChannelsLast(values, order));
    }

    private static TorchTensor Statistic(NetworkState state, Node node, StatisticSpec spec, Shape? map)
    {
        var layer = state.Network.NameOf(node);
        var own = $"{layer}.{spec.Name}";
        if (spec.Name == BatchStatisticsLayer.Updates)
        {
            return new(own, $"{layer}.num_batches_tracked", [],
                (tensor, target) =>
                {
                    target.Statistic(own)[0] = tensor.ToInt64()[0];
                    return target.Statistic(own)[0] >= 0;
                },
                name => NamedTensor.From(name, [], [(long)state.Statistic(own)[0]]), IsOptional: true);
        }
        var least = spec.Name.EndsWith("Variance", StringComparison.Ordinal) ? 0 : double.MinValue;
        var population = $"{layer}.{spec.Name.Replace("moving", "population", StringComparison.Ordinal)}";
        double[] Values()
        {
            var known = state.Statistic(population);
            return [.. double.IsNaN(known[0]) ? state.Statistic(own) : known];
        }
        return new(own, $"{layer}.{TorchName(node, spec.Name)}", [spec.Length],
            (tensor, target) =>
            {
                var values = tensor.ToSingle();
                if (map is { } source)
                    values = WeightLayout.ChannelsLast(values, source);
                for (var c = 0; c < values.Length; c++)
                    target.Statistic(own)[c] = values[c];
                return values.All(value => float.IsFinite(value) && value >= least);
            },
            name =>
            {
                var values = Array.ConvertAll(Values(), value => (float)value);
                return NamedTensor.From(name, [spec.Length], map is { } source ? WeightLayout.ChannelsFirst(values, source) : values);
            });
    }

    /// <summary>What PyTorch calls a parameter or statistic; those that it does not have keep their names.</summary>
    private static string TorchName(Node node, string name) => (node.Layer, name) switch
    {
        (BatchStatisticsLayer or SampleNormalization, "gamma") => "weight",
        (BatchStatisticsLayer or SampleNormalization, "beta") => "bias",
        (Prelu, "slope") => "weight",
        (_, BatchStatisticsLayer.MovingMean) => "running_mean",
        (_, BatchStatisticsLayer.MovingVariance) => "running_var",
        (LinearLayer, "v") => "weight_v",
        (LinearLayer, "g") => "weight_g",
        _ => name,
    };
}
