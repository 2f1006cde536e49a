using System.Collections.Immutable;
using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// A fully connected layer: y = x W + b, with x: [N, in], W: [in, out], b: [out], y: [N, out].
/// </summary>
/// <param name="Outputs">How many features it gives: out.</param>
public sealed record Dense(int Outputs) : Layer
{
    private const string ReparameterizationSetting = "reparameterization";

    /// <summary>How W is drawn. Default: Xavier.</summary>
    public Initializer Weights { get; init; } = Initializer.Xavier;

    /// <summary>Whether it has b, zero at the start. Default: yes.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>What is trained in place of W, such as <see cref="WeightNormalization"/>. Default: W itself.</summary>
    public Reparameterization Reparameterization { get; init; } = Reparameterization.None;

    /// <inheritdoc/>
    public override string Kind => "dense";

    /// <inheritdoc/>
    public override LayerAttributes Attributes
    {
        get
        {
            var plain = LayerAttributes.Empty.With("outputs", Outputs).With("bias", Bias).With("weights", Weights.ToString());
            return Reparameterization == Reparameterization.None ? plain : plain.With(ReparameterizationSetting, Reparameterization.ToString());
        }
    }

    /// <summary>The place of b among the parameters.</summary>
    internal int BiasIndex => Reparameterization.Count;

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
    public override ImmutableArray<ParameterSpec> Parameters(ReadOnlySpan<Shape> inputs)
    {
        var size = OnlyInput(inputs).Size;
        var weight = Reparameterization.Parameters(new Shape(size, Outputs), Weights, size, Outputs);
        return Bias ? [.. weight, new("bias", new Shape(Outputs), ParameterRole.Bias, Initializer.Zeros)] : weight;
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
    internal override void CompleteParameters(NetworkState state, Node node) => Reparameterization.Complete(state, node);

    internal static Dense Read(LayerAttributes attributes)
    {
        try
        {
            return new(attributes.Integer("outputs"))
            {
                Bias = attributes.Flag("bias"),
                Weights = Initializer.Parse(attributes.Text("weights")),
                Reparameterization = attributes.Has(ReparameterizationSetting)
                    ? Reparameterization.Parse(attributes.Text(ReparameterizationSetting))
                    : Reparameterization.None,
            };
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            throw new InvalidDataException(error.Message);
        }
    }
}
