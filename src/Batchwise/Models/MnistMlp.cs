namespace Batchwise;

/// <summary>
/// The network of the paper's MNIST experiment (section 4.1): three hidden layers of 100 sigmoids and a dense layer of one
/// output per class, without or with batch normalization before each sigmoid.
/// </summary>
public static class MnistMlp
{
    private const int Hidden = 100;

    /// <summary>The network.</summary>
    /// <param name="input">The shape of one image; it is laid out as a vector first.</param>
    /// <param name="classes">Outputs. Default: 10.</param>
    /// <param name="batchNormalized">Whether each sigmoid's input is normalized. Default: yes.</param>
    /// <param name="deviation">
    /// The deviation of the "small random Gaussian" initial weights, to which the paper gives no number. Default: 0.1.
    /// </param>
    public static Network Create(Shape input, int classes = 10, bool batchNormalized = true, double deviation = 0.1)
    {
        var gaussian = Initializer.Gaussian(deviation);
        var network = Network.Input([.. input.Dimensions]).Flatten()
            .Dense(Hidden, gaussian).Sigmoid().Dense(Hidden, gaussian).Sigmoid().Dense(Hidden, gaussian).Sigmoid().Dense(classes, gaussian);
        return batchNormalized ? network.WithBatchNormalization() : network;
    }
}
