using System.Collections.Immutable;

namespace Batchwise;

/// <summary>
/// A layer that is linear in its input: each output is a weighted sum of inputs, plus a bias. Its weight has the outputs as last
/// extent, so that it is a matrix [fan-in, outputs] whatever its shape.
/// </summary>
/// <param name="Outputs">How many features or channels it gives.</param>
public abstract record LinearLayer(int Outputs) : Layer
{
    private const string ReparameterizationSetting = "reparameterization";

    /// <summary>How the weight is drawn.</summary>
    public abstract Initializer Weights { get; init; }

    /// <summary>Whether it has a bias, zero at the start. Default: yes.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>What is trained in place of the weight, such as <see cref="WeightNormalization"/>. Default: the weight itself.</summary>
    public Reparameterization Reparameterization { get; init; } = Reparameterization.None;

    /// <summary>The place of the bias among the parameters.</summary>
    internal int BiasIndex => Reparameterization.Count;

    /// <inheritdoc/>
    public override ImmutableArray<ParameterSpec> Parameters(ReadOnlySpan<Shape> inputs)
    {
        var (shape, fanIn, fanOut) = WeightShape(OnlyInput(inputs));
        var weight = Reparameterization.Parameters(shape, Weights, fanIn, fanOut);
        return Bias ? [.. weight, new("bias", new Shape(Outputs), ParameterRole.Bias, Initializer.Zeros)] : weight;
    }

    /// <summary>The weight's shape, outputs last; inputs of one output; outputs that one input reaches.</summary>
    internal abstract (Shape Shape, int FanIn, int FanOut) WeightShape(Shape input);

    /// <inheritdoc/>
    internal override void CompleteParameters(NetworkState state, Node node) => Reparameterization.Complete(state, node);

    /// <summary>Settings, and those that every linear layer has.</summary>
    private protected LayerAttributes WithLinearSettings(LayerAttributes settings)
    {
        var plain = settings.With("bias", Bias).With("weights", Weights.ToString());
        return Reparameterization == Reparameterization.None ? plain : plain.With(ReparameterizationSetting, Reparameterization.ToString());
    }

    /// <summary>A layer with the settings that every linear layer has.</summary>
    /// <exception cref="InvalidDataException">One is missing or wrong.</exception>
    private protected static TLayer ReadLinear<TLayer>(TLayer layer, LayerAttributes attributes)
        where TLayer : LinearLayer
    {
        try
        {
            return layer with
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
