namespace Batchwise.Tests.Networks;

/// <summary>Where the derivatives of layers jump.</summary>
internal static class Kinks
{
    /// <summary>The arguments at which a layer's derivative jumps, or may for some settings.</summary>
    public static double[] Of(Layer layer) => layer switch
    {
        Relu or LeakyRelu or Prelu or Elu => [0],
        HardSigmoid hard => [-hard.Beta / hard.Alpha, (1 - hard.Beta) / hard.Alpha],
        HardSwish => [-3, 3],
        Clip clip => [clip.Minimum, clip.Maximum],
        _ => [],
    };

    /// <summary>How far the inputs of a network's layers are from their kinks, each with its layer.</summary>
    public static IEnumerable<(Node Node, double Distance)> Distances(ReferenceNetwork reference) =>
        from node in reference.Network.Nodes
        from kink in Of(node.Layer)
        from value in reference.Pass(node).Input().ToArray()
        select (node, Math.Abs(value - kink));
}
