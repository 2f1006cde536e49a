using System.Collections.Immutable;
using Batchwise.Kernels;

namespace Batchwise;

/// <summary>A state as named tensors and back.</summary>
static class StateTensors
{
    /// <summary>All parameters as float32, all statistics as float64.</summary>
    public static IEnumerable<NamedTensor> Of(NetworkState state) =>
        state.Parameters.Select(entry => NamedTensor.From(entry.Name, entry.Spec.Shape.Dimensions, state.Values(entry)))
            .Concat(state.Statistics.Select(entry => NamedTensor.From(entry.Name, ImmutableArray.Create(entry.Values.Length), entry.Values.AsSpan())));

    /// <summary>Checks that a file holds all tensors of a network, before memory is taken on the word of its description.</summary>
    /// <exception cref="InvalidDataException">One is missing or has another shape; the message names it.</exception>
    public static void RequireAll(SafeTensorFile file, string path, Network network)
    {
        foreach (var node in network.Nodes)
        {
            foreach (var spec in node.Parameters)
                Find(file, path, $"{network.NameOf(node)}.{spec.Name}", spec.Shape.Dimensions);
            foreach (var spec in node.Statistics)
                Find(file, path, $"{network.NameOf(node)}.{spec.Name}", [spec.Length]);
        }
    }

    /// <summary>Reads every parameter and statistic of a state from a file.</summary>
    /// <exception cref="InvalidDataException">One is missing, has another shape, or holds what no training leaves; the message names it.</exception>
    public static void Read(SafeTensorFile file, string path, NetworkState state)
    {
        foreach (var entry in state.Parameters)
        {
            Find(file, path, entry.Name, entry.Spec.Shape.Dimensions).ToSingle().CopyTo(state.Values(entry));
            if (!Finite.All(state.Values(entry)))
                throw new InvalidDataException($"The tensor '{entry.Name}' of {path} holds a value that is not a finite number, which no training leaves; the file is damaged.");
        }
        foreach (var entry in state.Statistics)
        {
            Find(file, path, entry.Name, [entry.Values.Length]).ToDouble().CopyTo(entry.Values, 0);
        }
        foreach (var layer in state.Statistics.GroupBy(entry => entry.Node))
        {
            // Unknown are all of a layer or none.
            var unknown = layer.Where(entry => entry.Spec.Role == StatisticRole.Population).All(entry => entry.Values.All(double.IsNaN));
            foreach (var entry in layer)
                RequireStatistic(entry, unknown && entry.Spec.Role == StatisticRole.Population, path);
        }
    }

    /// <summary>Population statistics may be unknown, which is NaN in all places; a variance is not negative, nor is a count.</summary>
    private static void RequireStatistic(StatisticEntry entry, bool unknown, string path)
    {
        var least = entry.Spec.Name.EndsWith("Variance", StringComparison.Ordinal) || entry.Spec.Name == BatchStatisticsLayer.Updates ? 0 : double.MinValue;
        if (!unknown && !entry.Values.All(value => value >= least && double.IsFinite(value)))
            throw new InvalidDataException($"The tensor '{entry.Name}' of {path} holds a value that is not a finite number, or a negative variance or count; the file is damaged.");
    }

    /// <summary>What an optimizer keeps of one parameter.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">Its path, for the message.</param>
    /// <param name="name">The tensor's name.</param>
    /// <param name="shape">The parameter's shape.</param>
    /// <param name="squares">Whether it holds squares.</param>
    /// <exception cref="InvalidDataException">It is missing, has another shape, or holds what no training can go on from; the message names it.</exception>
    public static float[] ReadSlot(SafeTensorFile file, string path, string name, ImmutableArray<int> shape, bool squares)
    {
        var values = Find(file, path, name, shape).ToSingle();
        if (!Finite.All(values))
            throw new InvalidDataException($"The tensor '{name}' of {path} holds a value that is not a finite number, from which no training can go on; the file is damaged.");
        return !squares || values.All(value => value >= 0)
            ? values
            : throw new InvalidDataException($"The tensor '{name}' of {path} holds a negative value among averages of squares; the file is damaged.");
    }

    /// <summary>One tensor of a file, with the shape that is wanted.</summary>
    public static NamedTensor Find(SafeTensorFile file, string path, string name, ImmutableArray<int> shape)
    {
        if (!file.TryGet(name, out var tensor))
            throw new InvalidDataException($"{path} has no tensor '{name}', which its network needs; the file is damaged or of another network.");
        return tensor.Shape.SequenceEqual(shape)
            ? tensor
            : throw new InvalidDataException(
                $"The tensor '{name}' of {path} has shape [{string.Join(", ", tensor.Shape)}], its network needs [{string.Join(", ", shape)}].");
    }
}
