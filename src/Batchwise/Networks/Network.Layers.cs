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
}
