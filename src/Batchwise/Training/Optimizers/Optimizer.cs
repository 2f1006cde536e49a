using static System.FormattableString;

namespace Batchwise;

/// <summary>How gradients change parameters. Configuration only: a trainer keeps its state.</summary>
public abstract record Optimizer
{
    private protected Optimizer(float learningRate)
    {
        if (!(learningRate > 0 && float.IsFinite(learningRate)))
            throw new ArgumentOutOfRangeException(nameof(learningRate), Invariant($"A learning rate is a positive number, not {learningRate}."));
        LearningRate = learningRate;
    }

    /// <summary>The learning rate, before the schedule's factor.</summary>
    public float LearningRate { get; }

    /// <summary>How the rate changes over the run. Default: it does not.</summary>
    public LearningRateSchedule Schedule
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = LearningRateSchedule.Constant;

    /// <summary>
    /// The weight decay d: d w is added to a weight's gradient (L2 regularization of d w^2 / 2). Applies to weights, never
    /// to gamma, beta, biases or slopes unless <see cref="DecayAll"/> asks for it. Default: 0.
    /// </summary>
    public float WeightDecay
    {
        get;
        init => field = value >= 0 && float.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), Invariant($"A weight decay is 0 or a positive number, not {value}."));
    }

    /// <summary>Whether the weight decay applies to every parameter. Default: no.</summary>
    public bool DecayAll { get; init; }

    /// <summary>Values that the optimizer keeps per parameter value.</summary>
    internal abstract int Slots { get; }

    /// <summary>Whether a slot holds sums or averages of squares, which are not negative.</summary>
    internal virtual bool HoldsSquares(int slot) => false;

    /// <summary>Changes a run of parameters.</summary>
    internal abstract void Update(in OptimizerStep step);

    private protected static float Fraction(float value, string name) => value >= 0 && value < 1
        ? value
        : throw new ArgumentOutOfRangeException(name, Invariant($"{name} lies in [0, 1), {value} does not."));
}

/// <summary>A run of parameters, their gradients and what the optimizer keeps of them, in one step.</summary>
readonly ref struct OptimizerStep
{
    public required Span<float> Values { get; init; }

    public required ReadOnlySpan<float> Gradients { get; init; }

    public required Span<float> FirstSlot { get; init; }

    public required Span<float> SecondSlot { get; init; }

    /// <summary>The rate of this step.</summary>
    public required float Rate { get; init; }

    /// <summary>The weight decay that applies to these parameters.</summary>
    public required float Decay { get; init; }

    /// <summary>The step, from 0.</summary>
    public required long Step { get; init; }
}
