namespace Batchwise.Onnx;

/// <summary>Layers that normalize.</summary>
sealed partial class LayerWriter
{
    private GraphValue NormalizeBatch(Node node, BatchNormalization layer)
    {
        var input = node.Inputs[0];
        var value = input.Shape.Rank == 3 ? new(graph.ChannelsFirst(input), input.Shape) : new GraphValue(graph.OwnOrder(input));
        var (mean, variance) = StoredStatistics.Choose(state, node, options.Statistics);
        string[] inputs =
        [
            value.Name, Vector(node, "gamma"), Vector(node, "beta"),
            graph.Constant($"{Name(node)}.mean", Array.ConvertAll(mean, value => (float)value), mean.Length),
            graph.Constant($"{Name(node)}.variance", Array.ConvertAll(variance, value => (float)value), variance.Length),
        ];
        return value with { Name = graph.Add("BatchNormalization", Name(node), inputs, GraphWriter.Float("epsilon", layer.Epsilon), GraphWriter.Float("momentum", 1 - layer.NewBatchWeight)) };
    }

    /// <summary>The whole sample at once; gamma and beta belong to single values, and follow the order of the map.</summary>
    private GraphValue NormalizeLayer(Node node, LayerNormalization layer)
    {
        var input = node.Inputs[0].Shape.Rank == 1 ? new(graph.OwnOrder(node.Inputs[0])) : graph[node.Inputs[0]];
        string Constant(string parameter) => input.Map is { } map
            ? graph.Constant($"{Name(node)}.{parameter}", WeightLayout.ChannelsFirst(Parameter(node, parameter), map), map.Channels, map[0], map[1])
            : graph.Constant($"{Name(node)}.{parameter}", Parameter(node, parameter), [.. node.Shape.Dimensions]);
        return input with
        {
            Name = graph.Add("LayerNormalization", Name(node), [input.Name, Constant("gamma"), Constant("beta")],
                GraphWriter.Int("axis", 1), GraphWriter.Float("epsilon", layer.Epsilon)),
        };
    }

    /// <summary>One operator from operator set 21 on; before, instance normalization of groups that were laid out as channels.</summary>
    private GraphValue NormalizeGroups(Node node, GroupNormalization layer)
    {
        const int firstWithGroups = 21;
        var (name, input) = (Name(node), node.Inputs[0]);
        var value = input.Shape.Rank == 3 ? new(graph.ChannelsFirst(input), input.Shape) : new GraphValue(graph.OwnOrder(input));
        var epsilon = GraphWriter.Float("epsilon", layer.Epsilon);
        if (options.Opset >= firstWithGroups)
            return value with { Name = graph.Add("GroupNormalization", name, [value.Name, Vector(node, "gamma"), Vector(node, "beta")], GraphWriter.Int("num_groups", layer.Groups), epsilon) };
        var ones = new float[layer.Groups];
        ones.AsSpan().Fill(1);
        var groups = graph.Add("Reshape", $"{name}_groups", [value.Name, graph.Indices($"{name}_groups_shape", 0, layer.Groups, -1)]);
        var normalized = graph.Add("InstanceNormalization", $"{name}_normalized",
            [groups, graph.Constant($"{name}_ones", ones, layer.Groups), graph.Constant($"{name}_zeros", new float[layer.Groups], layer.Groups)], epsilon);
        var shape = input.Shape;
        var whole = graph.Add("Reshape", $"{name}_whole", [normalized, graph.Indices($"{name}_whole_shape", shape.Rank == 3 ? [0, shape.Channels, shape[0], shape[1]] : [0, shape.Channels])]);
        var scaled = graph.Add("Mul", $"{name}_scaled", [whole, graph.Constant($"{name}.gamma", Parameter(node, "gamma"), PerChannel(value, shape.Channels))]);
        return value with { Name = graph.Add("Add", name, [scaled, graph.Constant($"{name}.beta", Parameter(node, "beta"), PerChannel(value, shape.Channels))]) };
    }

    private GraphValue NormalizeInstances(Node node, InstanceNormalization layer) => new(
        graph.Add("InstanceNormalization", Name(node), [graph.ChannelsFirst(node.Inputs[0]), Vector(node, "gamma"), Vector(node, "beta")], GraphWriter.Float("epsilon", layer.Epsilon)), node.Shape);

    private GraphValue NormalizeResponses(Node node, LocalResponseNormalization layer)
    {
        var input = node.Inputs[0];
        var isVector = input.Shape.Rank == 1;
        var name = isVector
            ? graph.Add("Reshape", $"{Name(node)}_map", [graph.OwnOrder(input), graph.Indices($"{Name(node)}_map_shape", 0, input.Shape.Channels, 1, 1)])
            : graph.ChannelsFirst(input);
        name = graph.Add("LRN", isVector ? $"{Name(node)}_normalized" : Name(node), [name],
            GraphWriter.Int("size", layer.Size), GraphWriter.Float("alpha", layer.Alpha), GraphWriter.Float("beta", layer.Beta), GraphWriter.Float("bias", layer.Offset));
        return isVector ? new(graph.Add("Flatten", Name(node), [name])) : new(name, node.Shape);
    }

    private string Vector(Node node, string parameter)
    {
        var values = Parameter(node, parameter);
        return graph.Constant($"{Name(node)}.{parameter}", values, values.Length);
    }
}
