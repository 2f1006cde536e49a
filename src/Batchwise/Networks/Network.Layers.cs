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

    /// <summary>Adds the exponential linear unit, y = x above zero and alpha (exp(x) - 1) below.</summary>
    /// <param name="alpha">What y approaches below zero, with its sign changed.</param>
    public Network Elu(double alpha = 1) => Then(new Elu(alpha));

    /// <summary>Adds the Gaussian error linear unit, y = x Phi(x).</summary>
    /// <param name="approximate">Whether the hyperbolic tangent's approximation takes its place.</param>
    public Network Gelu(bool approximate = false) => Then(new Gelu { Approximate = approximate });

    /// <summary>Adds the sigmoid linear unit, also known as swish, y = x / (1 + exp(-x)).</summary>
    public Network Silu() => Then(new Silu());

    /// <summary>Adds the logistic function of straight lines, y = max(0, min(1, alpha x + beta)).</summary>
    /// <param name="alpha">The slope.</param>
    /// <param name="beta">The value at zero.</param>
    public Network HardSigmoid(double alpha = 1.0 / 6, double beta = 0.5) => Then(new HardSigmoid(alpha, beta));

    /// <summary>Adds swish of straight lines, y = x max(0, min(1, x / 6 + 1/2)).</summary>
    public Network HardSwish() => Then(new HardSwish());

    /// <summary>Adds a clip, y = min(max(x, minimum), maximum).</summary>
    /// <param name="minimum">The least value; negative infinity for none.</param>
    /// <param name="maximum">The largest value; infinity for none.</param>
    public Network Clip(double minimum, double maximum) => Then(new Clip(minimum, maximum));

    /// <summary>Adds the rectifier that ends at 6, y = min(max(x, 0), 6).</summary>
    public Network Relu6() => Clip(0, 6);

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

    /// <summary>Adds the largest value of each channel over the whole map, which leaves a vector.</summary>
    public Network GlobalMaxPool() => Then(new GlobalMaxPool());
}
