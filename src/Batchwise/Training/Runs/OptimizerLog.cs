using System.Collections.Immutable;
using System.Globalization;

namespace Batchwise;

/// <summary>An optimizer's settings as a run's log keeps them.</summary>
public sealed record OptimizerLog
{
    /// <summary>Its kind: <c>Sgd</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The learning rate, before the schedule's factor.</summary>
    public required double LearningRate { get; init; }

    /// <summary>How the rate changes, in words: "constant".</summary>
    public required string Schedule { get; init; }

    /// <summary>The weight decay.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Whether the weight decay applies to every parameter, gamma and beta among them.</summary>
    public bool DecayAll { get; init; }

    /// <summary>What this kind has besides, by name: momentum, beta1, beta2, epsilon.</summary>
    public ImmutableSortedDictionary<string, double> Settings { get; init; } = ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal);

    /// <summary>The settings of an optimizer.</summary>
    /// <param name="optimizer">The optimizer.</param>
    public static OptimizerLog Of(Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        var settings = ImmutableSortedDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);
        switch (optimizer)
        {
            case Sgd sgd:
                settings["momentum"] = Plain(sgd.Momentum);
                settings["nesterov"] = sgd.Nesterov ? 1 : 0;
                break;
            case Adam adam:
                (settings["beta1"], settings["beta2"], settings["epsilon"]) = (Plain(adam.Beta1), Plain(adam.Beta2), Plain(adam.Epsilon));
                break;
            case Adagrad adagrad:
                settings["epsilon"] = Plain(adagrad.Epsilon);
                break;
        }
        return new()
        {
            Name = optimizer.GetType().Name,
            LearningRate = Plain(optimizer.LearningRate),
            Schedule = optimizer.Schedule.ToString(),
            WeightDecay = Plain(optimizer.WeightDecay),
            DecayAll = optimizer.DecayAll,
            Settings = settings.ToImmutable(),
        };
    }

    /// <summary>A float32 as the decimal that was meant: 0.1, not 0.10000000149011612.</summary>
    private static double Plain(float value) => double.Parse(value.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
