namespace Batchwise;

/// <summary>What a parameter does in its layer; weight decay applies to <see cref="Weight"/> alone.</summary>
public enum ParameterRole
{
    /// <summary>Multiplies the input.</summary>
    Weight,

    /// <summary>Is added to the weighted input.</summary>
    Bias,

    /// <summary>Scales a normalized value: the paper's gamma.</summary>
    Gamma,

    /// <summary>Shifts a normalized value: the paper's beta.</summary>
    Beta,

    /// <summary>The learned slope of a rectifier (PReLU).</summary>
    Slope,
}

/// <summary>A trainable tensor that a layer asks for.</summary>
/// <param name="Name">Its name within the layer: <c>weight</c>, <c>gamma</c>.</param>
/// <param name="Shape">Its extents.</param>
/// <param name="Role">What it does in the layer.</param>
/// <param name="Initializer">How its first values are drawn.</param>
/// <param name="FanIn">Inputs of one output, for initializers that scale by it; 1 for vectors.</param>
/// <param name="FanOut">Outputs that one input reaches, likewise.</param>
/// <param name="Trainable">Whether an optimizer changes it; false keeps it as it is.</param>
public sealed record ParameterSpec(
    string Name, Shape Shape, ParameterRole Role, Initializer Initializer, int FanIn = 1, int FanOut = 1, bool Trainable = true);

/// <summary>What a stored statistic follows.</summary>
public enum StatisticRole
{
    /// <summary>Updated by every training step, to track a run.</summary>
    Moving,

    /// <summary>Estimated after training, with frozen parameters (Algorithm 2); NaN until then.</summary>
    Population,
}

/// <summary>A vector that a layer accumulates rather than trains, kept in float64.</summary>
/// <param name="Name">Its name within the layer: <c>movingMean</c>.</param>
/// <param name="Length">How many values.</param>
/// <param name="Role">What it follows.</param>
/// <param name="Initial">Every value at the start; NaN says "not estimated yet".</param>
public sealed record StatisticSpec(string Name, int Length, StatisticRole Role, double Initial);
