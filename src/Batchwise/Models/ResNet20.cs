namespace Batchwise;

/// <summary>
/// ResNet-20 for images of 32 x 32 (He et al., arXiv 1512.03385, section 4.2): three stages of three residual blocks of two 3x3
/// convolutions, 16, 32 and 64 channels wide. Where a block changes the shape its shortcut is a 1x1 convolution of stride 2 (their
/// option B). 0.27 million parameters.
/// </summary>
/// <remarks>
/// The last convolution of a block is normalized before the sum, not before the rectifier behind it, so that normalization is put in
/// where the network is built. Layers are named by block, such as <c>block32a/conv1</c>.
/// </remarks>
public static class ResNet20
{
    private const int BlocksPerStage = 3;

    /// <summary>The network.</summary>
    /// <param name="classes">Outputs. Default: 10.</param>
    /// <param name="size">Height and width of an image of three channels. Default: 32.</param>
    /// <param name="batchNormalized">Whether each convolution is normalized; without, each has a bias. Default: yes.</param>
    /// <param name="zeroGamma">
    /// Whether gamma of the last normalization of each block starts at 0, so that each block begins as its shortcut (Goyal et al., arXiv
    /// 1706.02677, section 5.1). Default: no.
    /// </param>
    /// <exception cref="ArgumentException">Gamma is to start at 0 in a network that is not normalized.</exception>
    public static Network Create(int classes = 10, int size = 32, bool batchNormalized = true, bool zeroGamma = false)
    {
        if (zeroGamma && !batchNormalized)
            throw new ArgumentException("Without batch normalization there is no gamma to start at 0: leave zeroGamma out, or normalize.", nameof(zeroGamma));
        var plain = batchNormalized ? new BatchNormalization() : null;
        var last = zeroGamma ? new BatchNormalization { InitialGamma = 0 } : plain;

        var network = Rectified(Unit(Network.Input(size, size, 3), "conv1", 16, 3, 1, plain), "conv1/relu");
        foreach (var filters in new[] { 16, 32, 64 })
        {
            for (var block = 0; block < BlocksPerStage; block++)
            {
                var name = $"block{filters}{(char)('a' + block)}";
                var stride = filters == network.OutputShape.Channels ? 1 : 2;
                var first = Rectified(Unit(network, $"{name}/conv1", filters, 3, stride, plain), $"{name}/conv1/relu");
                var second = Unit(first, $"{name}/conv2", filters, 3, 1, last);
                var shortcut = stride == 1 ? network : Unit(network, $"{name}/shortcut", filters, 1, stride, plain);
                network = Rectified(ConvolutionUnit.Join(name, new Sum(), second, shortcut), $"{name}/relu");
            }
        }
        return network.Then(new GlobalAveragePool(), "pool").Dense(classes, name: "output");
    }

    private static Network Rectified(Network network, string name) => network.Then(new Relu(), name);

    private static Network Unit(Network network, string name, int outputs, int kernel, int stride, BatchNormalization? normalization)
    {
        var convolved = network.Convolution(outputs, kernel, stride, Padding.All(kernel / 2), bias: normalization is null, name: name);
        return normalization is null ? convolved : convolved.Then(normalization, $"{name}/{normalization.Kind}");
    }
}
