using static System.FormattableString;

namespace Batchwise;

/// <summary>A layer that applies one scalar function to every value; shapes pass through.</summary>
public abstract record Activation : Layer
{
    /// <inheritdoc/>
    public sealed override Shape OutputShape(ReadOnlySpan<Shape> inputs) => OnlyInput(inputs);

    /// <summary>The function.</summary>
    /// <param name="x">One value.</param>
    public abstract double Value(double x);

    /// <summary>Its derivative.</summary>
    /// <param name="x">One value.</param>
    public abstract double Derivative(double x);

    /// <inheritdoc/>
    public sealed override void Forward(ReferencePass pass)
    {
        var x = pass.Input();
        var y = pass.Output;
        for (var i = 0; i < x.Length; i++)
            y[i] = Value(x[i]);
    }

    /// <inheritdoc/>
    public sealed override void Backward(ReferencePass pass)
    {
        var x = pass.Input();
        var dx = pass.InputGradient();
        for (var i = 0; i < x.Length; i++)
            dx[i] += pass.OutputGradient[i] * Derivative(x[i]);
    }
}

/// <summary>The logistic function, y = 1 / (1 + exp(-x)); its derivative is y (1 - y).</summary>
public sealed record Sigmoid : Activation
{
    /// <inheritdoc/>
    public override string Kind => "sigmoid";

    /// <inheritdoc/>
    public override double Value(double x) => 1 / (1 + Math.Exp(-x));

    /// <inheritdoc/>
    public override double Derivative(double x) => Value(x) * (1 - Value(x));
}

/// <summary>The hyperbolic tangent; its derivative is 1 - y^2.</summary>
public sealed record Tanh : Activation
{
    /// <inheritdoc/>
    public override string Kind => "tanh";

    /// <inheritdoc/>
    public override double Value(double x) => Math.Tanh(x);

    /// <inheritdoc/>
    public override double Derivative(double x) => 1 - Math.Tanh(x) * Math.Tanh(x);
}

/// <summary>The rectifier, y = max(0, x); its derivative at 0 is 0.</summary>
public sealed record Relu : Activation
{
    /// <inheritdoc/>
    public override string Kind => "relu";

    /// <inheritdoc/>
    public override double Value(double x) => Math.Max(0, x);

    /// <inheritdoc/>
    public override double Derivative(double x) => x > 0 ? 1 : 0;
}

/// <summary>The leaky rectifier: y = x above zero, y = slope x below; its derivative at 0 is the slope (Maas et al. 2013).</summary>
public sealed record LeakyRelu : Activation
{
    /// <summary>A rectifier of the given slope.</summary>
    /// <param name="slope">The slope below zero, positive. Default: 0.01.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive and finite in float32.</exception>
    public LeakyRelu(double slope = 0.01)
    {
        if (!(slope > 0 && float.IsFinite((float)slope)))
            throw new ArgumentOutOfRangeException(nameof(slope),
                Invariant($"A leaky rectifier's slope is a positive float32 number, not {slope}; for 0 use Relu."));
        Slope = slope;
    }

    /// <summary>The slope below zero.</summary>
    public double Slope { get; }

    /// <inheritdoc/>
    public override string Kind => "leakyRelu";

    /// <inheritdoc/>
    public override LayerAttributes Attributes => LayerAttributes.Empty.With("slope", Slope);

    /// <inheritdoc/>
    public override double Value(double x) => x > 0 ? x : Slope * x;

    /// <inheritdoc/>
    public override double Derivative(double x) => x > 0 ? 1 : Slope;
}
