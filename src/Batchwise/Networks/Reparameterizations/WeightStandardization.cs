using System.Collections.Immutable;
using System.Globalization;
using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// Weight standardization: every column of W is (w - mean) / sqrt(variance + epsilon), of the parameter <c>weight</c>,
/// shaped and drawn as the plain one (Qiao et al., arXiv 1903.10520). The variance is the biased one and
/// epsilon lies inside the root, as the paper has it; its PyTorch code adds 1e-5 to the unbiased deviation instead.
/// </summary>
/// <remarks>
/// There is no gain: a column's length is about the square root of its fan-in, so a normalization should follow. With
/// z = (w - mean) invStd, column by column: dw = invStd (dW - mean(dW) - z mean(dW z)). Where weight decay is asked for it
/// applies to <c>weight</c>; epsilon apart, that changes no output of the network, only the effective learning rate.
/// </remarks>
public sealed record WeightStandardization : Reparameterization
{
    /// <summary>Added to the variance inside the root. Default: 1e-5.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>Its name and epsilon in model files.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"weightStandardization({Epsilon:R})");

    internal override int Count => 1;

    internal override ImmutableArray<ParameterSpec> Parameters(Shape shape, Initializer initializer, int fanIn, int fanOut)
    {
        if (!(Epsilon > 0 && double.IsFinite(Epsilon)))
            throw new ArgumentException(Invariant($"Weight standardization's epsilon is a positive number, not {Epsilon}: it keeps equal weights from dividing by zero."));
        if (fanIn < 2)
            throw new ArgumentException("Weight standardization takes the mean out of each output's weights, which leaves nothing of a single one: it needs two inputs or more.");
        return initializer.IsRandom
            ? [new("weight", shape, ParameterRole.Weight, initializer, fanIn, fanOut)]
            : throw new ArgumentException($"Weight standardization makes zeros of weights that start alike, as {initializer} lets them: draw them at random, as Xavier or He do.");
    }

    internal override ReadOnlySpan<double> Weight(ReferencePass pass) => Standardized(pass).Weight;

    internal override void AddGradients(ReferencePass pass, ReadOnlySpan<double> dWeight)
    {
        var (z, invStd) = Standardized(pass);
        var outputs = invStd.Length;
        var (sums, products) = (new double[outputs], new double[outputs]);
        for (var i = 0; i < z.Length; i++)
        {
            sums[i % outputs] += dWeight[i];
            products[i % outputs] += dWeight[i] * z[i];
        }
        var rows = z.Length / outputs;
        for (var i = 0; i < z.Length; i++)
        {
            var j = i % outputs;
            pass.ParameterGradient(0)[i] += invStd[j] * (dWeight[i] - sums[j] / rows - z[i] * products[j] / rows);
        }
    }

    private (double[] Weight, double[] InvStd) Standardized(ReferencePass pass)
    {
        var weight = pass.Parameter(0).ToArray();
        var invStd = new double[pass.OutputShape.Channels];
        var rows = weight.Length / invStd.Length;
        for (var j = 0; j < invStd.Length; j++)
        {
            double mean = 0, variance = 0;
            for (var i = j; i < weight.Length; i += invStd.Length)
                mean += weight[i] / rows;
            for (var i = j; i < weight.Length; i += invStd.Length)
                variance += (weight[i] - mean) * (weight[i] - mean) / rows;
            invStd[j] = 1 / Math.Sqrt(variance + Epsilon);
            for (var i = j; i < weight.Length; i += invStd.Length)
                weight[i] = (weight[i] - mean) * invStd[j];
        }
        return (weight, invStd);
    }
}
