using System.Collections.Immutable;

namespace Batchwise;

/// <summary>The networks of the paper by the names that the command line and the logs of runs use.</summary>
public static class NamedNetworks
{
    /// <summary>The network of section 4.1 with batch normalization: 28 x 28 images, ten classes.</summary>
    public const string Mnist = "mnist-mlp";

    /// <summary>The same without batch normalization.</summary>
    public const string MnistPlain = "mnist-mlp-plain";

    /// <summary>All names.</summary>
    public static ImmutableArray<string> Names { get; } = [Mnist, MnistPlain];

    /// <summary>The network of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">There is no such network; the message lists those that are there.</exception>
    public static Network Create(string name) => name switch
    {
        Mnist => MnistMlp.Create(new Shape(28, 28, 1)),
        MnistPlain => MnistMlp.Create(new Shape(28, 28, 1), batchNormalized: false),
        _ => throw new ArgumentException($"There is no network '{name}'; there are {string.Join(", ", Names)}.", nameof(name)),
    };
}
