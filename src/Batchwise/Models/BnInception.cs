namespace Batchwise;

/// <summary>
/// BN-Inception: <see cref="Inception"/> with batch normalization before each rectifier, and without local response normalization and
/// dropout (section 4.2.1). It is made of the other by the passes that do that, and written nowhere else.
/// </summary>
public static class BnInception
{
    /// <summary>The network.</summary>
    /// <param name="classes">Outputs. Default: 1000.</param>
    /// <param name="size">Height and width of an image of three channels. Default: 224.</param>
    /// <param name="reading">Which of the figure's two contradicting statements holds. Default: its columns.</param>
    /// <param name="stem">The first convolution. Default: plain.</param>
    /// <param name="batchNormalized">Whether it is normalized; without, each convolution has its bias instead. Default: yes.</param>
    public static Network Create(
        int classes = 1000, int size = 224, InceptionReading reading = InceptionReading.Columns, InceptionStem stem = InceptionStem.Plain,
        bool batchNormalized = true)
    {
        var network = Inception.Create(classes, size, reading, stem).WithoutLocalResponseNormalization().WithoutDropout();
        return batchNormalized ? network.WithBatchNormalization() : network;
    }
}
