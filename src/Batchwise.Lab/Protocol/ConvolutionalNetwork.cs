namespace Batchwise.Lab;

/// <summary>The small convolutional network whose maps methods are put into.</summary>
public static class ConvolutionalNetwork
{
    /// <summary>
    /// Three convolutions with rectifiers, 5 x 5 by steps of 4 to 8 channels, 3 x 3 by steps of 2 to 16 and to 32; the average
    /// of each channel; a dense layer. Weights as He et al. draw them. Of 28 x 28 pixels its maps are 7 x 7, 4 x 4 and 2 x 2.
    /// </summary>
    /// <remarks>The first step is long because time goes with places: so a training step takes two to three times as long as the dense network's.</remarks>
    /// <param name="input">The images' shape: height, width, channels.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <exception cref="ArgumentException">The inputs are no maps.</exception>
    public static Network Create(Shape input, int classes) => Network.Input([.. input.Dimensions])
        .Convolution(8, 5, stride: 4).Relu()
        .Convolution(16, 3, stride: 2).Relu()
        .Convolution(32, 3, stride: 2).Relu()
        .GlobalAveragePool().Dense(classes, Initializer.He());
}
