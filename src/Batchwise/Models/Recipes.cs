using System.Collections.Immutable;

namespace Batchwise;

/// <summary>The networks that section 4.2 compares, each as what it changes of the paper's Inception.</summary>
public static class Recipes
{
    /// <summary>Inception: rectifiers, local response normalization, dropout of 40 % (4.2.2; rate 0.0015 in the paper).</summary>
    public static Recipe Inception { get; } = new("Inception");

    /// <summary>Inception at five times its rate, which the paper says drives its parameters to machine infinity (4.2.2).</summary>
    public static Recipe InceptionX5 { get; } = Inception with { Name = "Inception-x5", LearningRateFactor = 5 };

    /// <summary>BN-Baseline: Inception with batch normalization before each nonlinearity, and nothing else changed (4.2.2).</summary>
    public static Recipe BnBaseline { get; } = Inception with { Name = "BN-Baseline", BatchNormalized = true };

    /// <summary>BN-x5: the seven changes of 4.2.1, the rate raised by a factor of 5.</summary>
    public static Recipe BnX5 { get; } = BnBaseline with
    {
        Name = "BN-x5",
        LearningRateFactor = 5,
        Dropout = 0,
        WeightDecayFactor = 1.0 / 5,
        DecaySpeedFactor = 6,
        LocalResponseNormalization = false,
        ThoroughShuffling = true,
        ReducedDistortions = true,
    };

    /// <summary>BN-x30: like BN-x5, with 30 times the rate of Inception (4.2.2).</summary>
    public static Recipe BnX30 { get; } = BnX5 with { Name = "BN-x30", LearningRateFactor = 30 };

    /// <summary>BN-x5-Sigmoid: like BN-x5, with sigmoids in place of the rectifiers (4.2.2).</summary>
    public static Recipe BnX5Sigmoid { get; } = BnX5 with { Name = "BN-x5-Sigmoid", Sigmoid = true };

    /// <summary>
    /// The six networks of the ensemble (4.2.3): BN-x30 changed by some of larger first weights of convolutions, dropout of 5 or 10 %, and
    /// statistics per activation in the last hidden layers. The paper says neither which network has which, nor how much larger: the
    /// combinations and the factor of 2 are chosen here.
    /// </summary>
    public static ImmutableArray<Recipe> Ensemble { get; } =
    [
        BnX30 with { Name = "ensemble-1", Dropout = 0.05 },
        BnX30 with { Name = "ensemble-2", Dropout = 0.10 },
        BnX30 with { Name = "ensemble-3", InitialWeightFactor = 2 },
        BnX30 with { Name = "ensemble-4", PerActivationAtTheEnd = true },
        BnX30 with { Name = "ensemble-5", Dropout = 0.05, PerActivationAtTheEnd = true },
        BnX30 with { Name = "ensemble-6", Dropout = 0.10, InitialWeightFactor = 2 },
    ];

    /// <summary>All of them, in the paper's order.</summary>
    public static ImmutableArray<Recipe> All { get; } = [Inception, InceptionX5, BnBaseline, BnX5, BnX30, BnX5Sigmoid, .. Ensemble];

    /// <summary>The recipe of a name.</summary>
    /// <param name="name">The name of one of <see cref="All"/>.</param>
    /// <exception cref="ArgumentException">There is no such recipe; the message lists those that are there.</exception>
    public static Recipe Named(string name) => All.FirstOrDefault(recipe => recipe.Name == name)
        ?? throw new ArgumentException($"There is no recipe '{name}'; there are {string.Join(", ", All.Select(recipe => recipe.Name))}.", nameof(name));
}
