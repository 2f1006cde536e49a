using static System.FormattableString;

namespace Batchwise.Tests.Networks;

/// <summary>
/// Holds a network's gradients, as the references compute them, against central differences of L = sum(w y) with a fixed
/// random w. A fixed w is not a detail: behind batch normalization the gradient of sum(y) is zero whatever the layer does, and
/// that of sum(y^2) nearly so, and any bug that gives zero would pass.
/// </summary>
internal static class GradientCheck
{
    // (L(v + h) - L(v - h)) / 2h is off by h^2 L'''/6 from truncation and by about eps |L| / h from rounding. L is a sum of
    // some hundred terms of order one, so |L| is about 10, and third derivatives are of order one (of a few hundred
    // where a batch has a small deviation). With h = 1e-5: 1e-10/6 to 1e-8 and 2e-10. The bound leaves what remains to gradients
    // that are themselves below one.
    private const double Step = 1e-5;
    private const double Bound = 1e-7;
    private const double SmallestNorm = 1e-2;

    /// <summary>Within this of a rectifier's kink a difference would straddle it, or a layer upstream push it over.</summary>
    private const double FromKinks = 1e-3;

    private const ulong Seed = 5;
    private const long TrainingStep = 17;

    /// <summary>Checks the gradients with respect to the input and to every parameter.</summary>
    /// <param name="reference">The network, in training mode, with the parameters to check at.</param>
    /// <param name="x">The batch: [count, input shape].</param>
    /// <param name="count">Its samples.</param>
    public static void Verify(ReferenceNetwork reference, double[] x, int count)
    {
        var network = reference.Network;
        var w = Numbers.Normal(count * network.OutputShape.Size, stream: 1);
        reference.Forward(x, count, Seed, TrainingStep);
        RequireDistanceFromKinks(reference);
        var dx = reference.Backward(w).ToArray();
        var gradients = network.Nodes.ToDictionary(
            node => node, node => Enumerable.Range(0, node.Parameters.Length).Select(i => reference.Pass(node).ParameterGradient(i).ToArray()).ToArray());

        Compare("the input", x, dx, Loss);
        foreach (var node in network.Nodes)
        {
            for (var i = 0; i < node.Parameters.Length; i++)
                Compare($"{network.NameOf(node)}.{node.Parameters[i].Name}", reference.Pass(node).Parameter(i), gradients[node][i], Loss);
        }

        double Loss() => Numbers.Dot(w, reference.Forward(x, count, Seed, TrainingStep));
    }

    private static void Compare(string what, Span<double> values, double[] gradient, Func<double> loss)
    {
        var norm = Numbers.Norm(gradient);
        Assert.True(norm > SmallestNorm, Invariant($"The gradient with respect to {what} has norm {norm:E2}: a check of it would test nothing."));
        var differences = new double[gradient.Length];
        for (var i = 0; i < differences.Length; i++)
        {
            var value = values[i];
            var h = Step * Math.Max(1, Math.Abs(value));
            var (above, below) = (value + h, value - h);
            values[i] = above;
            var lossAbove = loss();
            values[i] = below;
            var lossBelow = loss();
            values[i] = value;
            // Not 2h: above and below are rounded.
            differences[i] = (lossAbove - lossBelow) / (above - below);
        }
        Numbers.AssertClose(differences, gradient, Bound, $"The gradient with respect to {what}");
    }

    private static void RequireDistanceFromKinks(ReferenceNetwork reference)
    {
        foreach (var (node, distance) in Kinks.Distances(reference))
            Assert.True(distance > FromKinks, Invariant($"{reference.Network.NameOf(node)} has an input that is {distance} from its kink, too near to be checked."));
    }
}
