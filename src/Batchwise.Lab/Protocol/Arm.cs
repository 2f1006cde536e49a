using System.Collections.Immutable;
using System.Globalization;

namespace Batchwise.Lab;

/// <summary>One method under comparison: what it makes of a network without normalization.</summary>
public sealed record Arm
{
    /// <summary>Its name in tables, files and keys: <c>batch-norm</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its name in figures: "batch normalization".</summary>
    public required string Title { get; init; }

    /// <summary>What it is drawn with.</summary>
    public required ArmFamily Family { get; init; }

    /// <summary>Puts the method into a network that has no normalization.</summary>
    public required Func<Network, Network> Apply { get; init; }

    /// <summary>Why it makes no sense for a network and a batch size; null if it does. What Apply refuses needs no saying again.</summary>
    public Func<Network, int, string?>? Refuses { get; init; }

    /// <summary>Initializes a newly drawn state by training examples, in batches of a given size; null where nothing depends on data.</summary>
    public Action<NetworkState, IExamples, int>? Prepare { get; init; }

    /// <summary>
    /// The statistics that its end is scored with. Default: the population's. A method that trains towards its moving averages
    /// infers with these.
    /// </summary>
    public StatisticsSource Inference { get; init; } = StatisticsSource.PopulationElseMoving;

    /// <summary>A setting of its own, searched together with the rate; null where it has none.</summary>
    public ArmChoice? Choice { get; init; }

    /// <summary>The network that a run trains.</summary>
    /// <param name="network">The network without the method.</param>
    /// <param name="choice">The value of <see cref="Choice"/>, where it has one.</param>
    public Network Build(Network network, double? choice) => Choice is null || choice is null ? Apply(network) : Choice.Apply(network, choice.Value);

    /// <summary>Why it is not run; null if it is.</summary>
    public string? Refusal(Network network, int batch)
    {
        if (Refuses?.Invoke(network, batch) is { } reason)
            return reason;
        try
        {
            Apply(network);
            return null;
        }
        catch (ArgumentException error)
        {
            return error.Message;
        }
    }
}

/// <summary>Which methods are drawn together.</summary>
public enum ArmFamily
{
    /// <summary>What all others are compared with: drawn in every figure.</summary>
    Reference,

    /// <summary>Batch normalization with a part taken out or changed.</summary>
    Parts,

    /// <summary>Normalization by other statistics than the batch's.</summary>
    Rivals,

    /// <summary>Whitening: normalization of correlated channels together.</summary>
    Whitening,

    /// <summary>Normalization of weights.</summary>
    Weights,

    /// <summary>Noise, no normalization.</summary>
    Noise,
}

/// <summary>A method's own setting.</summary>
/// <param name="Name">Its name: <c>p</c>.</param>
/// <param name="Values">The first values tried, in ascending order.</param>
/// <param name="Apply">Puts the method with a value into a network.</param>
/// <param name="Lower">The value to try next where the least was the best.</param>
/// <param name="Higher">The value to try next where the largest was the best.</param>
public sealed record ArmChoice(
    string Name, ImmutableArray<double> Values, Func<Network, double, Network> Apply, Func<double, double> Lower, Func<double, double> Higher);

/// <summary>What is searched for an arm: its rate, and its own setting where it has one.</summary>
/// <param name="Rate">The learning rate.</param>
/// <param name="Choice">The value of the arm's own setting; null where it has none.</param>
public sealed record ArmSetting(float Rate, double? Choice = null)
{
    /// <summary>The setting in words: <c>rate 0.5, p 0.1</c>.</summary>
    public string Text(Arm arm) => string.Create(CultureInfo.InvariantCulture, $"rate {Rate:0.######}{(Choice is { } value ? $", {arm.Choice?.Name} {value:0.####}" : "")}");
}
