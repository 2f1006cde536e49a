using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// A fully connected layer: y = x W + b, with x: [N, in], W: [in, out], b: [out], y: [N, out].
/// </summary>
/// <param name="Outputs">How many features it gives: out.</param>
public sealed record Dense(int Outputs) : LinearLayer(Outputs)
{
    /// <summary>How W is drawn. Default: Xavier.</summary>
    public override Initializer Weights { get; init; } = Initializer.Xavier;

    /// <inheritdoc/>
    public override string Kind => "dense";

    /// <inheritdoc/>
    public override LayerAttributes Attributes => WithLinearSettings(LayerAttributes.Empty.With("outputs", Outputs));

    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs)
    {
        var input = OnlyInput(inputs);
        if (Outputs < 1)
            throw new ArgumentException(Invariant($"A dense layer gives at least one output, not {Outputs}."));
        return input.Rank == 1
            ? new Shape(Outputs)
            : throw new ArgumentException($"A dense layer takes vectors, not samples of shape {input}: put Flatten() before it.");
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(ReadOnlySpan<Shape> inputs) => (long)OnlyInput(inputs).Size * Outputs;

    /// <inheritdoc/>
    public override void Forward(ReferencePass pass)
    {
        var inputs = pass.InputShapes[0].Size;
        var x = pass.Input();
        var y = pass.Output;
        var weight = Reparameterization.Weight(pass);
        for (var n = 0; n < pass.Count; n++)
        {
            for (var j = 0; j < Outputs; j++)
            {
                var sum = Bias ? pass.Parameter(BiasIndex)[j] : 0;
                for (var i = 0; i < inputs; i++)
                    sum += x[n * inputs + i] * weight[i * Outputs + j];
                y[n * Outputs + j] = sum;
            }
        }
    }

    /// <inheritdoc/>
    public override void Backward(ReferencePass pass)
    {
        var inputs = pass.InputShapes[0].Size;
        var x = pass.Input();
        var dx = pass.InputGradient();
        var dy = pass.OutputGradient;
        var weight = Reparameterization.Weight(pass);
        var dWeight = new double[weight.Length];
        for (var n = 0; n < pass.Count; n++)
        {
            for (var j = 0; j < Outputs; j++)
            {
                var gradient = dy[n * Outputs + j];
                if (Bias)
                    pass.ParameterGradient(BiasIndex)[j] += gradient;
                for (var i = 0; i < inputs; i++)
                {
                    dWeight[i * Outputs + j] += x[n * inputs + i] * gradient;
                    dx[n * inputs + i] += weight[i * Outputs + j] * gradient;
                }
            }
        }
        Reparameterization.AddGradients(pass, dWeight);
    }

    /// <inheritdoc/>
    internal override (Shape Shape, int FanIn, int FanOut) WeightShape(Shape input) => (new Shape(input.Size, Outputs), input.Size, Outputs);

    internal static Dense Read(LayerAttributes attributes) => ReadLinear(new Dense(attributes.Integer("outputs")), attributes);
}
