using System.Collections.Immutable;
using System.Globalization;

namespace Batchwise.Benchmarks;

/// <summary>What is compared with the peer in one sitting.</summary>
/// <param name="Name">Its name on the command line, and of its file in <c>bench/results</c>.</param>
/// <param name="Rows">A title, the command that both sides answer, and the ratio aimed at.</param>
sealed record Comparison(string Name, ImmutableArray<(string Title, string Command, double Target)> Rows)
{
    private static readonly Comparison Mnist = new("mnist",
    [
        ("training step, MNIST network, batch norm", "step mnist-mlp", 4),
        ("training step, MNIST network, plain", "step mnist-mlp --plain", 3),
        ("matrix product 60x100x784", "op gemm 60 100 784", 1.3),
        ("matrix product 784x100x60, A transposed", "op gemm 784 100 60 --ta", 1.3),
        ("matrix product 60x100x100", "op gemm 60 100 100", 2),
        ("matrix product 1024x1024x1024", "op gemm 1024 1024 1024", 1),
        ("batch norm + ReLU, fwd + bwd, 32x192x56x56", "op bnrelu 32 192 56 56", 6),
        ("batch norm + ReLU, fwd + bwd, 32x576x14x14", "op bnrelu 32 576 14 14", 3),
    ]);

    private static readonly Comparison Networks = new("networks",
    [
        ("training step, BN-Inception 224, batch 8", "step bn-inception --batch 8", 3),
        ("the same without batch norm", "step bn-inception --batch 8 --plain", 3),
        ("training step, BN-Inception 224, batch 16", "step bn-inception --batch 16 --steps 5", 3),
        ("training step, inception-small 32, batch 32", "step inception-small", 3.5),
        ("the same without batch norm", "step inception-small --plain", 3.5),
        ("training step, ResNet-20 32, batch 32", "step resnet-20", 3),
        ("the same without batch norm", "step resnet-20 --plain", 3),
    ]);

    // Height and width, channels, outputs.
    private static readonly (int Size, int Channels, int Outputs)[] Of3x3 =
    [
        (56, 64, 192), (28, 64, 64), (28, 64, 96), (28, 96, 96), (14, 64, 96), (14, 96, 128), (14, 128, 128), (14, 128, 160), (14, 160, 160),
        (14, 128, 192), (14, 160, 192), (14, 192, 192), (14, 192, 256), (7, 192, 320), (7, 160, 224), (7, 224, 224), (7, 192, 224),
    ];

    private static readonly Comparison Convolutions = new("convolutions",
    [
        .. Of3x3.Select(shape => (
            string.Create(CultureInfo.InvariantCulture, $"3x3, {shape.Channels} to {shape.Outputs} at {shape.Size}x{shape.Size}, batch 8"),
            string.Create(CultureInfo.InvariantCulture, $"op conv 8 {shape.Size} {shape.Size} {shape.Channels} {shape.Outputs} 3 1"), 3.0)),
    ]);

    /// <summary>All: the MNIST network and its parts; the convolutional networks; every 3 x 3 convolution of stride 1 in BN-Inception.</summary>
    public static ImmutableArray<Comparison> All { get; } = [Mnist, Networks, Convolutions];

    /// <summary>The comparison of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Comparison Of(string name) => All.FirstOrDefault(comparison => comparison.Name == name)
        ?? throw new ArgumentException($"There is no comparison '{name}'; there are {string.Join(", ", All.Select(comparison => comparison.Name))}.");
}
