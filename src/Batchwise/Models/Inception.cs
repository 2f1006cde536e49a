namespace Batchwise;

/// <summary>
/// The paper's network for ImageNet (section 4.2, Figure 5) before normalization: the variant of Inception in which two 3x3
/// convolutions stand for a 5x5 one, with local response normalization and dropout of 40 % where GoogLeNet, its base, has them.
/// </summary>
/// <remarks>
/// <para>The figure contradicts itself; both readings are there (<see cref="InceptionReading"/>), and neither has the 13.6 million
/// parameters that the text claims. Padding is half the kernel; pools of stride 2 round up; average pools count the padding.</para>
/// <para>Layers are named by module and branch, such as <c>inception3a/3x3reduce</c>.</para>
/// </remarks>
public static class Inception
{
    private const double GoogLeNetDropout = 0.4;

    /// <summary>The network.</summary>
    /// <param name="classes">Outputs. Default: 1000.</param>
    /// <param name="size">Height and width of an image of three channels. Default: 224.</param>
    /// <param name="reading">Which of the figure's two contradicting statements holds. Default: its columns.</param>
    /// <param name="stem">The first convolution. Default: plain.</param>
    public static Network Create(
        int classes = 1000, int size = 224, InceptionReading reading = InceptionReading.Columns, InceptionStem stem = InceptionStem.Plain)
    {
        var network = Stem(Network.Input(size, size, 3), stem)
            .HalvingPool("pool1").Then(new LocalResponseNormalization(), "lrn1")
            .Rectified("conv2/3x3reduce", 64, 1).Rectified("conv2/3x3", 192, 3)
            .Then(new LocalResponseNormalization(), "lrn2").HalvingPool("pool2");
        foreach (var row in InceptionRow.Of(reading))
            network = Module(network, row);
        return network.Classifier(classes, GoogLeNetDropout);
    }

    private static Network Stem(Network input, InceptionStem stem)
    {
        const int filters = 64, kernel = 7, stride = 2, multiplier = 8;
        if (stem == InceptionStem.Plain)
            return input.Rectified("conv1", filters, kernel, stride);
        // A bias between the two would be a bias of the second.
        var channels = input.OutputShape.Channels;
        return input.Convolution(channels * multiplier, kernel, stride, Padding.All(kernel / 2), groups: channels, bias: false, name: "conv1/depthwise")
            .Rectified("conv1", filters, 1);
    }

    private static Network Module(Network input, InceptionRow row)
    {
        var name = $"inception{row.Name}";
        var branches = new List<Network>();
        if (row.Conv1x1 > 0)
            branches.Add(input.Rectified($"{name}/1x1", row.Conv1x1, 1));
        branches.Add(input.Rectified($"{name}/3x3reduce", row.Reduce3x3, 1).Rectified($"{name}/3x3", row.Conv3x3, 3, row.Stride));
        branches.Add(input.Rectified($"{name}/double3x3reduce", row.ReduceDouble3x3, 1)
            .Rectified($"{name}/double3x3a", row.Double3x3, 3).Rectified($"{name}/double3x3b", row.Double3x3, 3, row.Stride));
        var pool = Pooled(input, row, $"{name}/pool");
        branches.Add(row.Projection > 0 ? pool.Rectified($"{name}/poolproject", row.Projection, 1) : pool);
        return ConvolutionUnit.Join(name, new Concatenation(), branches);
    }

    private static Network Pooled(Network input, InceptionRow row, string name)
    {
        if (row.Stride == 2)
            return input.HalvingPool(name);
        var window = Window.Square(3, 1, Padding.All(1));
        return input.Then(row.MaxPool ? new MaxPool(window) : new AveragePool(window) { CountPadding = true }, name);
    }
}
