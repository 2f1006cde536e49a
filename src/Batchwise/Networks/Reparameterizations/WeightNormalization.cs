using System.Collections.Immutable;

namespace Batchwise;

/// <summary>
/// Weight normalization: every column of W is w = g v / ||v||, so that its length g and its direction are trained apart
/// (Salimans and Kingma, arXiv 1602.07868, equation 2). Parameters: <c>v</c>, shaped as the weight and drawn as it would
/// be, and <c>g</c>: [outputs], ||v|| at the start, so that W starts as drawn.
/// </summary>
/// <remarks>
/// With t = dW . v / ||v||, column by column: dg = t, dv = g / ||v|| (dW - t v / ||v||) (equation 3). The gradient of v is
/// orthogonal to v, so plain gradient steps never shorten it. The paper trains without weight decay, the optimizers'
/// default; where decay is asked for, it applies to v, a weight, and not to g. It then changes no output of the network:
/// it only keeps ||v||, and with it the effective learning rate, from drifting. The paper's first values of g and b, which
/// depend on data, come from <c>WeightNormalizationInitializer</c>.
/// </remarks>
public sealed record WeightNormalization : Reparameterization
{
    /// <summary>Its name in model files.</summary>
    public override string ToString() => "weightNormalization";

    internal override int Count => 2;

    internal override ImmutableArray<ParameterSpec> Parameters(Shape shape, Initializer initializer, int fanIn, int fanOut) =>
        initializer == Initializer.Zeros
            ? throw new ArgumentException("Weight normalization divides by the length of each output's weights, which is 0 where they start at zero: draw them at random, as Xavier or He do.")
            : [new("v", shape, ParameterRole.Weight, initializer, fanIn, fanOut), new("g", new Shape(shape.Channels), ParameterRole.Gamma, Initializer.Ones)];

    internal override ReadOnlySpan<double> Weight(ReferencePass pass)
    {
        var v = pass.Parameter(0);
        var g = pass.Parameter(1);
        var norms = Norms(v, g.Length);
        var weight = new double[v.Length];
        for (var i = 0; i < v.Length; i++)
            weight[i] = g[i % g.Length] * v[i] / norms[i % g.Length];
        return weight;
    }

    internal override void AddGradients(ReferencePass pass, ReadOnlySpan<double> dWeight)
    {
        var v = pass.Parameter(0);
        var g = pass.Parameter(1);
        var outputs = g.Length;
        var norms = Norms(v, outputs);
        var along = new double[outputs];
        for (var i = 0; i < v.Length; i++)
            along[i % outputs] += dWeight[i] * v[i] / norms[i % outputs];
        for (var j = 0; j < outputs; j++)
            pass.ParameterGradient(1)[j] += along[j];
        for (var i = 0; i < v.Length; i++)
        {
            var j = i % outputs;
            pass.ParameterGradient(0)[i] += g[j] / norms[j] * (dWeight[i] - along[j] * v[i] / norms[j]);
        }
    }

    internal override void Complete(NetworkState state, Node node)
    {
        var v = state.Values(state.Entry(node, 0));
        var g = state.Values(state.Entry(node, 1));
        var values = new double[v.Length];
        for (var i = 0; i < v.Length; i++)
            values[i] = v[i];
        var norms = Norms(values, g.Length);
        for (var j = 0; j < g.Length; j++)
            g[j] = (float)norms[j];
    }

    private static double[] Norms(ReadOnlySpan<double> v, int outputs)
    {
        var norms = new double[outputs];
        for (var i = 0; i < v.Length; i++)
            norms[i % outputs] += v[i] * v[i];
        for (var j = 0; j < outputs; j++)
            norms[j] = Math.Sqrt(norms[j]);
        return norms;
    }
}
