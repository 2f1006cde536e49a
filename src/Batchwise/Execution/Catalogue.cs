using System.Collections.Immutable;

namespace Batchwise;

/// <summary>
/// The rules by which networks become plans, in order: the first that takes a node lowers it, and what none takes runs by
/// its layer's reference. A value handed to the compiler; floors above add their rules to it.
/// </summary>
sealed class Catalogue
{
    private readonly ImmutableArray<Lowering> rules;

    private Catalogue(ImmutableArray<Lowering> rules) => this.rules = rules;

    /// <summary>No rules: every layer runs by its reference.</summary>
    public static Catalogue Reference { get; } = new([]);

    /// <summary>The rules for the layers of the networks' own floor.</summary>
    public static Catalogue Basic { get; } = new(
        [new FlattenLowering(), new PreluLowering(), new DenseLowering(), new ActivationLowering(), new DropoutLowering(), new MapSumLowering(), new SumLowering(),
            new JoinPointwise(), new ConvolutionLowering(), new ConcatenationLowering(), new PoolLowering(), new GlobalAveragePoolLowering(),
            new LocalResponseNormalizationLowering()]);

    /// <summary>This catalogue with rules that are asked before its own.</summary>
    public Catalogue Prepend(params ReadOnlySpan<Lowering> first) => new([.. first, .. rules]);

    /// <summary>Lowers a node by the first rule that takes it.</summary>
    public void Lower(Node node, PlanBuilder builder)
    {
        foreach (var rule in rules)
        {
            if (rule.TryLower(node, builder))
                return;
        }
        ReferenceLowering.Lower(node, builder);
    }
}
