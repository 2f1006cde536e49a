using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// An Inception for images of 28 x 28 or 32 x 32, MXNet's inception-bn-28-small: modules of a 1x1 and a 3x3 branch, in three stages, the
/// first two of which end by halving the map. 1.65 million parameters.
/// </summary>
/// <remarks>Layers are named by module and branch, such as <c>inception2c/3x3</c>.</remarks>
public static class InceptionSmall
{
    private const int Stem = 96;
    private const int FilterStep = 4;
    private const double BaseDropout = 0.4;

    private static readonly (string Name, (int Conv1x1, int Conv3x3)[] Modules, int Down)[] Stages =
    [
        ("inception1", [(32, 32), (32, 48)], 80),
        ("inception2", [(112, 48), (96, 64), (80, 80), (48, 96)], 96),
        ("inception3", [(176, 160), (176, 160)], 0),
    ];

    /// <summary>The network, without local response normalization and dropout.</summary>
    /// <param name="classes">Outputs. Default: 10.</param>
    /// <param name="width">
    /// A factor on the filters of every convolution, each rounded to a multiple of 4 and at least 4. Default: 1, the network as it is.
    /// </param>
    /// <param name="size">Height and width of an image of three channels. Default: 32.</param>
    /// <param name="batchNormalized">Whether each rectifier's input is normalized. Default: yes.</param>
    public static Network Create(int classes = 10, double width = 1, int size = 32, bool batchNormalized = true)
    {
        var network = CreateBase(classes, width, size).WithoutLocalResponseNormalization().WithoutDropout();
        return batchNormalized ? network.WithBatchNormalization() : network;
    }

    /// <summary>
    /// The same as the paper's Inception would be, from which recipes start: not normalized, with local response normalization behind
    /// the first convolution and dropout of 40 % before the classifier.
    /// </summary>
    /// <param name="classes">Outputs. Default: 10.</param>
    /// <param name="width">A factor on the filters, each rounded to a multiple of 4 and at least 4. Default: 1.</param>
    /// <param name="size">Height and width of an image of three channels. Default: 32.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is not positive and finite, or makes too many filters.</exception>
    public static Network CreateBase(int classes = 10, double width = 1, int size = 32)
    {
        if (!(width > 0 && width <= 100))
            throw new ArgumentOutOfRangeException(nameof(width), Invariant($"A width lies in (0, 100], {width} does not: 1 is the network as it is, 0.25 a quarter of its filters."));
        int Filters(int filters) => Math.Max(1, (int)Math.Round(filters * width / FilterStep, MidpointRounding.AwayFromZero)) * FilterStep;

        var network = Network.Input(size, size, 3).Rectified("conv1", Filters(Stem), 3).Then(new LocalResponseNormalization(), "lrn1");
        foreach (var (stage, modules, down) in Stages)
        {
            foreach (var (index, (conv1x1, conv3x3)) in modules.Index())
            {
                var name = $"{stage}{(char)('a' + index)}";
                network = ConvolutionUnit.Join(name, new Concatenation(),
                    network.Rectified($"{name}/1x1", Filters(conv1x1), 1), network.Rectified($"{name}/3x3", Filters(conv3x3), 3));
            }
            if (down > 0)
            {
                network = ConvolutionUnit.Join($"{stage}down", new Concatenation(),
                    network.Rectified($"{stage}down/3x3", Filters(down), 3, stride: 2), network.PaddedHalvingPool($"{stage}down/pool"));
            }
        }
        return network.Classifier(classes, BaseDropout);
    }
}
