using System.Collections.Immutable;

namespace Batchwise.Tests.Networks;

/// <summary>
/// A layer as a user would add it, from another assembly and by the public contract alone: y = x / (1 + exp(-b x)) with one
/// learned b per channel (Ramachandran et al., arXiv 1710.05941).
/// </summary>
public sealed record Swish : Layer
{
    /// <summary>Every b at the start.</summary>
    public double Initial { get; init; } = 1;

    public override string Kind => "swish";

    public override LayerAttributes Attributes => LayerAttributes.Empty.With("initial", Initial);

    public override Shape OutputShape(ReadOnlySpan<Shape> inputs) => OnlyInput(inputs);

    public override ImmutableArray<ParameterSpec> Parameters(ReadOnlySpan<Shape> inputs) =>
        [new("b", new Shape(OnlyInput(inputs).Channels), ParameterRole.Slope, Initializer.Constant(Initial))];

    public override void Forward(ReferencePass pass)
    {
        var x = pass.Input();
        var b = pass.Parameter(0);
        for (var i = 0; i < x.Length; i++)
            pass.Output[i] = x[i] * Gate(b[i % b.Length] * x[i]);
    }

    public override void Backward(ReferencePass pass)
    {
        var x = pass.Input();
        var b = pass.Parameter(0);
        var dy = pass.OutputGradient;
        for (var i = 0; i < x.Length; i++)
        {
            var c = i % b.Length;
            var gate = Gate(b[c] * x[i]);
            var slope = gate * (1 - gate);
            pass.InputGradient()[i] += dy[i] * (gate + b[c] * x[i] * slope);
            pass.ParameterGradient(0)[c] += dy[i] * x[i] * x[i] * slope;
        }
    }

    private static double Gate(double x) => 1 / (1 + Math.Exp(-x));
}
