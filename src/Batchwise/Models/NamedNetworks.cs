using System.Collections.Immutable;

namespace Batchwise;

/// <summary>The networks of the paper, and others, by the names that the command line and the logs of runs use.</summary>
public static class NamedNetworks
{
    /// <summary>The network of section 4.1 with batch normalization: 28 x 28 images, ten classes.</summary>
    public const string Mnist = "mnist-mlp";

    /// <summary>The same without batch normalization.</summary>
    public const string MnistPlain = "mnist-mlp-plain";

    /// <summary>The paper's network for ImageNet before normalization: <see cref="Batchwise.Inception"/>.</summary>
    public const string Inception = "inception";

    /// <summary>The paper's normalized network for ImageNet: <see cref="Batchwise.BnInception"/>.</summary>
    public const string BnInception = "bn-inception";

    /// <summary>Its small relative for 32 x 32 images, ten classes: <see cref="Batchwise.InceptionSmall"/>.</summary>
    public const string InceptionSmall = "inception-small";

    /// <summary>The same without batch normalization.</summary>
    public const string InceptionSmallPlain = "inception-small-plain";

    /// <summary>The residual network for 32 x 32 images, ten classes: <see cref="Batchwise.ResNet20"/>.</summary>
    public const string ResNet20 = "resnet-20";

    /// <summary>The same without batch normalization.</summary>
    public const string ResNet20Plain = "resnet-20-plain";

    /// <summary>All names.</summary>
    public static ImmutableArray<string> Names { get; } =
        [Mnist, MnistPlain, Inception, BnInception, InceptionSmall, InceptionSmallPlain, ResNet20, ResNet20Plain];

    /// <summary>The network of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">There is no such network; the message lists those that are there.</exception>
    public static Network Create(string name) => name switch
    {
        Mnist => MnistMlp.Create(new Shape(28, 28, 1)),
        MnistPlain => MnistMlp.Create(new Shape(28, 28, 1), batchNormalized: false),
        Inception => Batchwise.Inception.Create(),
        BnInception => Batchwise.BnInception.Create(),
        InceptionSmall => Batchwise.InceptionSmall.Create(),
        InceptionSmallPlain => Batchwise.InceptionSmall.Create(batchNormalized: false),
        ResNet20 => Batchwise.ResNet20.Create(),
        ResNet20Plain => Batchwise.ResNet20.Create(batchNormalized: false),
        _ => throw new ArgumentException($"There is no network '{name}'; there are {string.Join(", ", Names)}.", nameof(name)),
    };
}
