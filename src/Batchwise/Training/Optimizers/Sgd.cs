using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// Stochastic gradient descent: w -= rate g; with momentum v = momentum v + g, w -= rate v; with Nesterov's look-ahead
/// w -= rate (g + momentum v).
/// </summary>
public sealed record Sgd : Optimizer
{
    /// <summary>Gradient descent.</summary>
    /// <param name="learningRate">The rate, positive.</param>
    /// <param name="momentum">How much of the velocity is kept, in [0, 1). Default: 0, plain descent.</param>
    /// <param name="nesterov">Whether to look ahead; needs momentum. Default: no.</param>
    /// <exception cref="ArgumentException">A value lies outside its range, or Nesterov is asked for without momentum.</exception>
    public Sgd(float learningRate, float momentum = 0, bool nesterov = false)
        : base(learningRate)
    {
        Momentum = Fraction(momentum, nameof(momentum));
        Nesterov = nesterov;
        if (nesterov && momentum == 0)
            throw new ArgumentException("Nesterov's look-ahead needs a momentum above 0.", nameof(nesterov));
    }

    /// <summary>How much of the velocity is kept from step to step.</summary>
    public float Momentum { get; }

    /// <summary>Whether the step looks ahead.</summary>
    public bool Nesterov { get; }

    internal override int Slots => Momentum > 0 ? 1 : 0;

    internal override void Update(in OptimizerStep step) =>
        Updates.Descend(step.Values, step.Gradients, step.FirstSlot, step.Rate, Momentum, Nesterov, step.Decay);
}
