using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>Batch normalization and dropout together, in two orders.</summary>
static class DropoutArms
{
    /// <summary>Batch normalization before each nonlinearity, dropout behind it.</summary>
    public static Arm NormalizedFirst { get; } = new()
    {
        Name = "batch-norm-dropout",
        Title = "batch norm, activation, dropout",
        Family = ArmFamily.Noise,
        Apply = network => network.WithBatchNormalization().WithDropout(0.5),
        Choice = Search((network, p) => network.WithBatchNormalization().WithDropout(p)),
    };

    /// <summary>Dropout on the input of each batch normalization.</summary>
    public static Arm DroppedFirst { get; } = new()
    {
        Name = "dropout-batch-norm",
        Title = "dropout, batch norm, activation",
        Family = ArmFamily.Noise,
        Apply = network => BeforeNormalization(network, 0.5),
        Choice = Search(BeforeNormalization),
    };

    /// <summary>All of the experiment, in the order of tables.</summary>
    public static ImmutableArray<Arm> All { get; } = [Arms.Plain, Arms.Dropout, Arms.BatchNorm, NormalizedFirst, DroppedFirst];

    private static ArmChoice Search(Func<Network, double, Network> apply) => Arms.Dropout.Choice! with { Apply = apply };

    private static Network BeforeNormalization(Network network, double probability) =>
        network.WithBatchNormalization().Rewrite((node, inputs) => node.Layer is BatchNormalization
            ? new Node(node.Layer, [new Node(new Dropout(probability), inputs)], node.ExplicitName)
            : null);
}
