using System.Collections.Immutable;
using static System.FormattableString;

namespace Batchwise.Lab;

/// <summary>
/// The settings of the replica of Figures 2 and 3. Of what the paper gives, batch and factors between recipes are kept; the network is
/// a small one for small images, and what the paper leaves open is chosen here and stated in every result.
/// </summary>
public sealed record Figure2Settings
{
    /// <summary>What runs by default: the paper's first three, and Inception at the rate of the third.</summary>
    public static ImmutableArray<Recipe> Default { get; } = [Batchwise.Recipes.Inception, Batchwise.Recipes.BnBaseline, Batchwise.Recipes.BnX5, Batchwise.Recipes.InceptionX5];

    /// <summary>The recipes; <see cref="Batchwise.Recipes.Inception"/>, with which the others are compared, is the first.</summary>
    public ImmutableArray<Recipe> Recipes { get; init; } = Default;

    /// <summary>The recipes whose networks are averaged, seed by seed, as in section 4.2.3; they run after <see cref="Recipes"/>. Default: none.</summary>
    public ImmutableArray<Recipe> Ensemble { get; init; } = [];

    /// <summary>A factor on the filters of <see cref="InceptionSmall"/>. Default: 0.25.</summary>
    public double Width { get; init; } = 0.25;

    /// <summary>Training steps of each run. Default: 8,000.</summary>
    public long Steps { get; init; } = 8_000;

    /// <summary>Examples per step (paper: 32).</summary>
    public int Batch { get; init; } = 32;

    /// <summary>How much of the velocity is kept; the paper says "a version of SGD with momentum". Default: 0.9.</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>The weight of L2 regularization of Inception; the paper gives none. Default: 1e-4.</summary>
    public float WeightDecay { get; init; } = 1e-4f;

    /// <summary>What Inception's rate falls by over a run, smoothly; the paper gives none. Default: 0.25.</summary>
    public double DecayFactor { get; init; } = 0.25;

    /// <summary>Rates that the search of Inception's begins with, in ascending order, a factor of 2 apart.</summary>
    public ImmutableArray<float> FirstRates { get; init; } = [0.005f, 0.01f, 0.02f, 0.04f];

    /// <summary>Fixes weights, order and distortions of the first run of each recipe; the search runs with it too.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Runs of each recipe, with successive seeds. Default: 1.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>Examples of a shard, within which recipes that do not shuffle thoroughly keep their order. Default: 1,024.</summary>
    public int ShardSize { get; init; } = 1_024;

    /// <summary>How many threads work; 0 is one per processor.</summary>
    public int Threads { get; init; }

    /// <summary>Batches from which population statistics are estimated at a run's end. Default: 200.</summary>
    public int PopulationBatches { get; init; } = 200;

    /// <summary>The steps of all runs but the search's.</summary>
    internal long StepsInAll => Steps * (Recipes.Length + Ensemble.Length) * Seeds;

    /// <summary>The steps after which a run is scored: a hundredth of its length apart at first, then a twenty-fifth.</summary>
    public IEnumerable<long> Looks()
    {
        var early = Enumerable.Range(1, 20).Select(i => Steps * i / 100);
        var late = Enumerable.Range(6, 20).Select(i => Steps * i / 25);
        return early.Concat(late).Where(step => step > 0).Distinct();
    }

    /// <summary>What Inception trains with at a rate, in a run of some steps.</summary>
    /// <param name="rate">The rate.</param>
    /// <param name="steps">The run's steps.</param>
    public RecipeBase Base(float rate, long steps) => new(rate, Momentum, WeightDecay, steps, DecayFactor);

    /// <summary>The network before a recipe changes it.</summary>
    /// <param name="data">The images.</param>
    public Network BaseNetwork(Figure2Data data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return InceptionSmall.CreateBase(data.Classes, Width, data.Size);
    }

    /// <summary>Refuses what cannot be run.</summary>
    /// <exception cref="ArgumentException">A setting lies outside its range.</exception>
    public void Verify()
    {
        if (Steps < 1)
            throw new ArgumentException(Invariant($"--steps is at least 1, not {Steps}."));
        if (Seeds < 1)
            throw new ArgumentException(Invariant($"--seeds is at least 1, not {Seeds}."));
        if (!(Width > 0 && Width <= 4))
            throw new ArgumentException(Invariant($"--width lies in (0, 4], {Width} does not: 1 is the network as it is, 0.25 a quarter of its filters."));
        if (Recipes.IsDefaultOrEmpty || Recipes[0] != Batchwise.Recipes.Inception)
            throw new ArgumentException("The first recipe is Inception, with which the others are compared.");
        if (Ensemble.IsDefault || Ensemble.Length == 1)
            throw new ArgumentException("An ensemble has at least two networks: give the recipes of two or more, or none for no ensemble.");
    }
}
