using System.Collections.Immutable;
using System.Globalization;

namespace Batchwise.Benchmarks;

/// <summary>A network by name, with the defaults of its benchmark, which are the peer's.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Batch">Examples per step.</param>
/// <param name="Size">Height and width of an image.</param>
/// <param name="Steps">Samples of which the median is taken.</param>
/// <param name="Create">Builds it from whether it is normalized and the images' size; without, every product has a bias instead.</param>
sealed record BenchmarkModel(string Name, int Batch, int Size, int Steps, Func<bool, int, Network> Create)
{
    private const string Square = "mlp-";

    private static readonly ImmutableArray<BenchmarkModel> All =
    [
        new("mnist-mlp", 60, 28, 2000, (normalized, size) => Normalized(
            Network.Input(size * size).Dense(100).Sigmoid().Dense(100).Sigmoid().Dense(100).Sigmoid().Dense(10), normalized)),
        new("bn-inception", 8, 224, 9, (normalized, size) => BnInception.Create(size: size, batchNormalized: normalized)),
        new("inception-small", 32, 32, 21, (normalized, size) => InceptionSmall.Create(size: size, batchNormalized: normalized)),
        new("resnet-20", 32, 32, 41, (normalized, size) => ResNet20.Create(size: size, batchNormalized: normalized)),
    ];

    /// <summary>The names, for help and messages.</summary>
    public static string Names { get; } = $"{string.Join(", ", All.Select(model => model.Name))}, and {Square}WIDTH: two square layers and ten outputs";

    /// <summary>The model of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static BenchmarkModel Of(string name)
    {
        if (All.FirstOrDefault(model => model.Name == name) is { } found)
            return found;
        if (name.StartsWith(Square, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(Square.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var width) && width > 0)
        {
            return new(name, 60, 1, 2000, (normalized, _) => Normalized(Network.Input(width).Dense(width).Relu().Dense(width).Relu().Dense(10), normalized));
        }
        throw new ArgumentException($"There is no model '{name}'; there are {Names}.");
    }

    /// <summary>
    /// Floating-point operations of a training step per example: twice the multiply-adds of forward, of the weights' gradients, and
    /// of the inputs' gradients but of those layers that take the data, which need none.
    /// </summary>
    public static double StepOperations(Network network)
    {
        var trained = new HashSet<Node>();
        double multiplyAdds = 0;
        foreach (var node in network.Nodes)
        {
            var products = node.Inputs.Any(trained.Contains) ? 3 : 2;
            multiplyAdds += (double)products * node.Layer.MultiplyAdds(node.InputShapes);
            if (!node.Parameters.IsEmpty || node.Inputs.Any(trained.Contains))
                trained.Add(node);
        }
        return 2 * multiplyAdds;
    }

    private static Network Normalized(Network network, bool normalized) => normalized ? network.WithBatchNormalization() : network;
}
