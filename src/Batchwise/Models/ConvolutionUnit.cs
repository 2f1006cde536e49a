namespace Batchwise;

/// <summary>What the paper's image networks are built of: a convolution and a rectifier, and pools.</summary>
static class ConvolutionUnit
{
    /// <summary>A convolution with as much padding as keeps the map at stride 1, the same on every side, and a rectifier.</summary>
    public static Network Rectified(this Network network, string name, int outputs, int kernel, int stride = 1) => network
        .Convolution(outputs, kernel, stride, Padding.All(kernel / 2), name: name).Then(new Relu(), $"{name}/relu");

    /// <summary>
    /// The maximum of 3x3 places, every other one, to half the map rounded up: what a stride-2 convolution beside it gives. On an even
    /// map it is the pool of the ports, without padding and in ceiling mode.
    /// </summary>
    public static Network HalvingPool(this Network network, string name) =>
        network.Then(new MaxPool(Window.Square(3, 2, Padding.Same)), name);

    /// <summary>The same with a place of padding on every side: windows about every other place, from the first.</summary>
    public static Network PaddedHalvingPool(this Network network, string name) =>
        network.Then(new MaxPool(Window.Square(3, 2, Padding.All(1))), name);

    /// <summary>Networks that grew from one input, joined by a layer of that name.</summary>
    public static Network Join(string name, Layer layer, params IReadOnlyList<Network> branches) =>
        new(new Node(layer, [.. branches.Select(branch => branch.Output)], name));

    /// <summary>Average over the map, dropout with the probability of the paper's base, and a dense layer of one output per class.</summary>
    public static Network Classifier(this Network network, int classes, double dropout) => network
        .Then(new GlobalAveragePool(), "pool").Then(new Dropout(dropout), "dropout").Dense(classes, name: "output");
}
