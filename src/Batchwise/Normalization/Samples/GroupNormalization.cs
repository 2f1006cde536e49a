using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// Group normalization: the channels of each sample in groups of neighbours, each group by the mean and biased variance of
/// its values in all positions.
/// </summary>
/// <remarks>
/// <para>Shapes: x, y: [N, ..., C]; gamma, beta: [C]. Statistics run over H W C / <see cref="Groups"/> values. One group
/// normalizes as <see cref="LayerNormalization"/> does, but with gamma and beta per channel; as many groups as channels are
/// <see cref="InstanceNormalization"/>.</para>
/// <para>Errors: a number of groups that does not divide the channels, and groups of a single value, are refused.</para>
/// <para>Paper: Wu and He, arXiv 1803.08494, section 3, which takes 32 groups.</para>
/// </remarks>
public sealed record GroupNormalization : SampleNormalization
{
    /// <summary>Group normalization with so many groups.</summary>
    /// <param name="groups">Groups of one sample, at least 1; the channels must be a multiple of it.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public GroupNormalization(int groups)
    {
        if (groups < 1)
            throw new ArgumentOutOfRangeException(nameof(groups), Invariant($"Group normalization has at least one group, not {groups}."));
        Groups = groups;
    }

    /// <summary>Groups of one sample.</summary>
    public int Groups { get; }

    /// <inheritdoc/>
    public override string Kind => "groupNorm";

    /// <inheritdoc/>
    public override LayerAttributes Attributes => base.Attributes.With("groups", Groups);

    internal override string Title => "Group normalization";

    internal override int GroupsOf(Shape sample) => sample.Channels % Groups == 0
        ? Groups
        : throw new ArgumentException(Invariant($"Group normalization cannot cut {sample.Channels} channels into {Groups} equal groups: choose a number that divides them."));

    internal override Shape AffineShape(Shape sample) => new(sample.Channels);

    internal static GroupNormalization Read(LayerAttributes attributes) =>
        new(attributes.Integer("groups")) { Epsilon = attributes.Number("epsilon") };
}
