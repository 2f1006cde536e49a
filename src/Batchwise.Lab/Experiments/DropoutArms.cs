using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>Dropout, batch normalization, and the two orders of both.</summary>
static class DropoutArms
{
    private static readonly ImmutableArray<double> Probabilities = [0.1, 0.2, 0.5];

    /// <summary>Dropout behind each nonlinearity.</summary>
    public static Arm Dropout { get; } = new()
    {
        Name = "dropout",
        Title = "dropout",
        Family = ArmFamily.Noise,
        Apply = network => network.WithDropout(0.5),
        Choice = Search(DropoutPass.WithDropout),
    };

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
    public static ImmutableArray<Arm> All { get; } = [Arms.Plain, Dropout, Arms.BatchNorm, NormalizedFirst, DroppedFirst];

    private static ArmChoice Search(Func<Network, double, Network> apply) => new("p", Probabilities, apply, p => p / 2, p => (1 + p) / 2);

    private static Network BeforeNormalization(Network network, double probability) =>
        network.WithBatchNormalization().Rewrite((node, inputs) => node.Layer is BatchNormalization
            ? new Node(node.Layer, [new Node(new Dropout(probability), inputs)], node.ExplicitName)
            : null);
}
