namespace Batchwise;

public sealed partial class Network
{
    /// <summary>Lays each sample out as one vector of features.</summary>
    public Network Flatten() => Then(new Flatten());

    /// <summary>Adds a fully connected layer, y = x W + b.</summary>
    /// <param name="outputs">How many features it gives.</param>
    /// <param name="weights">How W is drawn; null is Xavier.</param>
    /// <param name="bias">Whether it has b.</param>
    /// <param name="name">The layer's name; null numbers it.</param>
    public Network Dense(int outputs, Initializer? weights = null, bool bias = true, string? name = null) =>
        Then(new Dense(outputs) { Weights = weights ?? Initializer.Xavier, Bias = bias }, name);

    /// <summary>Adds the logistic function, y = 1 / (1 + exp(-x)).</summary>
    public Network Sigmoid() => Then(new Sigmoid());

    /// <summary>Adds the hyperbolic tangent.</summary>
    public Network Tanh() => Then(new Tanh());

    /// <summary>Adds the rectifier, y = max(0, x).</summary>
    public Network Relu() => Then(new Relu());

    /// <summary>Adds the leaky rectifier, y = x above zero and slope x below.</summary>
    /// <param name="slope">The slope below zero.</param>
    public Network LeakyRelu(double slope = 0.01) => Then(new LeakyRelu(slope));

    /// <summary>Adds the parametric rectifier, whose slope below zero is learned per channel.</summary>
    /// <param name="initialSlope">Every slope at the start.</param>
    public Network Prelu(double initialSlope = 0.25) => Then(new Prelu { InitialSlope = initialSlope });

    /// <summary>Adds dropout: in training each value is dropped with a probability, the others scaled up.</summary>
    /// <param name="probability">The probability of dropping, in [0, 1).</param>
    public Network Dropout(double probability) => Then(new Dropout(probability));

    /// <summary>Adds a convolution with a square kernel, y = x * W + b.</summary>
    /// <param name="outputs">How many channels it gives.</param>
    /// <param name="kernel">Rows and columns of the kernel.</param>
    /// <param name="stride">Rows and columns from one output to the next.</param>
    /// <param name="padding">Zeros around the map; null is <see cref="Padding.Same"/>.</param>
    /// <param name="groups">Parts that channels and outputs are cut into.</param>
    /// <param name="weights">How W is drawn; null is He.</param>
    /// <param name="bias">Whether it has b.</param>
    /// <param name="name">The layer's name; null numbers it.</param>
    public Network Convolution(
        int outputs, int kernel, int stride = 1, Padding? padding = null, int groups = 1, Initializer? weights = null, bool bias = true, string? name = null) =>
        Then(new Convolution(outputs, Window.Square(kernel, stride, padding ?? Padding.Same)) { Groups = groups, Weights = weights ?? Initializer.He(), Bias = bias }, name);

    /// <summary>Adds the maximum under a moving square window.</summary>
    /// <param name="size">Rows and columns of the window.</param>
    /// <param name="stride">Rows and columns from one output to the next.</param>
    /// <param name="padding">What lies around the map and is never the maximum; null is nothing.</param>
    /// <param name="ceilMode">Whether a last window counts that reaches beyond the map.</param>
    public Network MaxPool(int size, int stride, Padding? padding = null, bool ceilMode = false) =>
        Then(new MaxPool(Window.Square(size, stride, padding)) { CeilMode = ceilMode });

    /// <summary>Adds the average under a moving square window.</summary>
    /// <param name="size">Rows and columns of the window.</param>
    /// <param name="stride">Rows and columns from one output to the next.</param>
    /// <param name="padding">What lies around the map; null is nothing.</param>
    /// <param name="ceilMode">Whether a last window counts that reaches beyond the map.</param>
    /// <param name="countPadding">Whether the padding's zeros count as values.</param>
    public Network AveragePool(int size, int stride, Padding? padding = null, bool ceilMode = false, bool countPadding = false) =>
        Then(new AveragePool(Window.Square(size, stride, padding)) { CeilMode = ceilMode, CountPadding = countPadding });

    /// <summary>Adds the average of each channel over the whole map, which leaves a vector.</summary>
    public Network GlobalAveragePool() => Then(new GlobalAveragePool());
}
