using Batchwise.Tests.Networks;
using static System.FormattableString;

namespace Batchwise.Tests.Execution;

/// <summary>Holds a run in float32 against one in float64.</summary>
internal static class Agreement
{
    // A plan rounds every value it stores, and its sums have at most some hundred terms: errors of a few 2^-24 = 6e-8 of the
    // terms, which a handful of layers multiply by what their functions and normalizations amplify. Of the layer's largest gradient
    // 1e-5 is above all of that and far below any mistake. Some gradients are zero but for rounding (of a bias before batch
    // normalization, of a normalization before another); their errors are of the size of the other layers' gradients.
    public const double Bound = 1e-5;
    private const double OfOthers = 1e-6;
    private const double TimesUnavoidable = 10;

    /// <summary>Within this of a rectifier's kink float32 may fall on the other side.</summary>
    private const double FromKinks = 2e-6;

    /// <summary>Whether a rectifier's input is so near its kink that rounding decides on which side it falls.</summary>
    public static bool IsNearKink(ReferenceNetwork reference) =>
        Kinks.Distances(reference).Any(entry => entry.Distance is not 0 and < FromKinks);

    /// <summary>
    /// How far normalizations enlarge what rounding leaves: of their inputs by the inputs' size in deviations, which is about 3
    /// for a batch of normal values and a thousand for one whose values hardly differ; of gradients by the deviation's inverse.
    /// </summary>
    public static double Amplification(ReferenceNetwork reference)
    {
        var product = 1.0;
        foreach (var node in reference.Network.Nodes)
        {
            var pass = reference.Pass(node);
            if (node.Layer is SampleNormalization normalization)
                product *= OfSamples(normalization, node.Shape, pass.Input());
            if (node.Layer is not ChannelNormalization layer || !layer.UsesBatch(pass.Mode))
                continue;
            var channels = node.Shape.Channels;
            var worst = 1.0;
            for (var c = 0; c < channels; c++)
            {
                var values = new List<double>();
                for (var i = c; i < pass.Input().Length; i += channels)
                    values.Add(pass.Input()[i]);
                worst = Math.Max(worst, OfGroup(values, layer.Epsilon));
            }
            product *= worst;
        }
        return product;
    }

    private static double OfSamples(SampleNormalization layer, Shape shape, ReadOnlySpan<double> x)
    {
        var perGroup = shape.Channels / layer.GroupsOf(shape);
        var groups = new Dictionary<(int Sample, int Group), List<double>>();
        for (var i = 0; i < x.Length; i++)
        {
            var key = (i / shape.Size, i % shape.Channels / perGroup);
            if (!groups.TryGetValue(key, out var values))
                groups.Add(key, values = []);
            values.Add(x[i]);
        }
        return Math.Max(1, groups.Values.Max(values => OfGroup(values, layer.Epsilon)));
    }

    private static double OfGroup(List<double> values, double epsilon)
    {
        var mean = values.Average();
        var variance = values.Average(value => (value - mean) * (value - mean));
        return Math.Max(1, values.Max(Math.Abs)) / Math.Sqrt(variance + epsilon) / 5;
    }

    /// <summary>Fails unless output, gradients and statistics agree.</summary>
    /// <param name="expected">The run by references, in float64.</param>
    /// <param name="actual">The run by a plan.</param>
    /// <param name="network">The network.</param>
    /// <param name="bound">The relative error that is allowed.</param>
    /// <param name="unavoidable">A run whose error is that of storing the layers' outputs in float32 alone: ten times that is allowed too.</param>
    public static void Verify(RunResult expected, RunResult actual, Network network, double bound = Bound, RunResult? unavoidable = null)
    {
        Numbers.AssertClose(expected.Output, actual.Output, bound, "The output");
        Assert.Equal(expected.Gradients.Keys.Order(), actual.Gradients.Keys.Order());
        var scale = expected.Gradients.Values.Select(values => Numbers.Largest(values)).DefaultIfEmpty().Max();
        foreach (var node in network.Nodes)
        {
            var names = node.Parameters.Select(spec => $"{network.NameOf(node)}.{spec.Name}").Where(expected.Gradients.ContainsKey).ToArray();
            var largest = names.Select(name => Numbers.Largest(expected.Gradients[name])).DefaultIfEmpty().Max();
            foreach (var name in names)
                Near(name, expected.Gradients[name], actual.Gradients[name], Math.Max(bound * largest + OfOthers * scale, TimesUnavoidable * Error(name)));
        }
        foreach (var (name, values) in actual.Statistics)
            Near(name, expected.Statistics[name], values, bound * Math.Max(1, Numbers.Largest(expected.Statistics[name])));

        double Error(string name) => unavoidable is null ? 0
            : expected.Gradients[name].Zip(unavoidable.Gradients[name], (exact, stored) => Math.Abs(exact - stored)).Max();
    }

    private static void Near(string name, double[] expected, double[] actual, double allowed)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            if (double.IsNaN(expected[i]) && double.IsNaN(actual[i]))
                continue;
            var difference = Math.Abs(expected[i] - actual[i]);
            Assert.True(difference <= allowed, Invariant($"{name}[{i}] is {actual[i]:R}, expected {expected[i]:R}: {difference:E2} apart, allowed {allowed:E2}."));
        }
    }
}
