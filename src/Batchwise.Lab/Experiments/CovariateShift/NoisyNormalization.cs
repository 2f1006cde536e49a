namespace Batchwise.Lab;

/// <summary>The control of Santurkar et al.: batch normalization, and behind each one noise whose distribution changes at every step.</summary>
static class NoisyNormalization
{
    /// <summary>The arm.</summary>
    public static Arm Arm { get; } = new() { Name = "noisy-batch-norm", Title = "noisy batch norm", Family = ArmFamily.Parts, Apply = WithNoise };

    private static Network WithNoise(Network network) => network.WithBatchNormalization().Rewrite((node, inputs) => node.Layer is BatchNormalization
        ? new Node(new ActivationNoise(), [new Node(node.Layer, inputs, node.ExplicitName)])
        : null);
}
