namespace Batchwise.Lab;

/// <summary>
/// The singular values of the Jacobian of a hidden layer, from the activation before it to its own, in inference: J = D W^T with
/// D the slope of the nonlinearity at the input times the factor of the normalization, unit by unit. They are the roots of the
/// eigenvalues of J J^T = D (W^T W) D.
/// </summary>
sealed class LayerJacobian
{
    // Roots of eigenvalues are exact to this share of the largest one only; what is less counts as much.
    private const double Resolution = 1e-7;

    private readonly NetworkState state;
    private readonly HiddenLayer layer;
    private readonly LayerProbe probe;

    /// <summary>A layer of a state, whose values may go on changing.</summary>
    public LayerJacobian(NetworkState state, HiddenLayer layer)
    {
        (this.state, this.layer) = (state, layer);
        probe = new LayerProbe(state, state.Network.NameOf(layer.Input), NetworkMode.Inference);
    }

    /// <summary>The singular values at each of some examples, ascending.</summary>
    public IEnumerable<double[]> SingularValues(Dataset examples)
    {
        var function = (Activation)layer.Nonlinearity.Layer;
        var (outputs, inputs) = (layer.Dense.Shape.Size, layer.Dense.InputShapes[0].Size);
        var (gram, factors) = (Gram(inputs, outputs), Factors(outputs));
        var values = probe.Read(examples);
        for (var example = 0; example < examples.Count; example++)
        {
            var slopes = new double[outputs];
            for (var j = 0; j < outputs; j++)
                slopes[j] = factors[j] * function.Derivative(values[example * outputs + j]);
            var square = new double[gram.Length];
            for (var i = 0; i < square.Length; i++)
                square[i] = slopes[i / outputs] * slopes[i % outputs] * gram[i];
            yield return square.AsSpan().ContainsAnyExceptInRange(double.MinValue, double.MaxValue)
                ? [double.NaN]
                : [.. SymmetricEigenvalues.Of(square, outputs).Skip(Math.Max(0, outputs - inputs)).Select(value => Math.Sqrt(Math.Max(0, value)))];
        }
    }

    /// <summary>Their spread over all of some examples.</summary>
    public SingularSpread Look(Dataset examples)
    {
        var each = SingularValues(examples).Select(values => values.Select(value => Math.Max(value, Math.Max(Resolution * values[^1], double.Epsilon))).ToArray()).ToArray();
        float[] sorted = [.. each.SelectMany(values => values).Select(value => (float)value).Order()];
        return new(Figure1Run.Percentile(sorted, 10), Figure1Run.Percentile(sorted, 50), Figure1Run.Percentile(sorted, 90),
            Sample.Median([.. each.Select(values => values[^1] / values[0])]), Sample.Mean([.. each.SelectMany(values => values).Select(value => Math.Abs(Math.Log(value)))]));
    }

    // W^T W of W: [inputs, outputs].
    private double[] Gram(int inputs, int outputs)
    {
        var weight = state.Parameter(state.Network.NameOf(layer.Dense) + ".weight");
        var gram = new double[outputs * outputs];
        for (var i = 0; i < inputs; i++)
        {
            var row = weight.Slice(i * outputs, outputs);
            for (var j = 0; j < outputs; j++)
            {
                for (var k = 0; k < outputs; k++)
                    gram[j * outputs + k] += (double)row[j] * row[k];
            }
        }
        return gram;
    }

    private double[] Factors(int outputs)
    {
        if (layer.Normalization is not { Layer: BatchNormalization settings } node)
            return [.. Enumerable.Repeat(1.0, outputs)];
        var name = state.Network.NameOf(node);
        var gamma = state.Parameter($"{name}.gamma");
        var variance = state.Statistic($"{name}.movingVariance");
        var factors = new double[outputs];
        for (var j = 0; j < outputs; j++)
            factors[j] = gamma[j] / Math.Sqrt(variance[j] + settings.Epsilon);
        return factors;
    }
}
