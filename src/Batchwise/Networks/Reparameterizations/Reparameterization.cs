using System.Collections.Immutable;
using System.Globalization;

namespace Batchwise;

/// <summary>
/// Which parameters a layer trains in place of its weight, and how the effective weight W follows from them. W is seen as
/// a matrix [fan-in, outputs], one column per output: of a convolution's weight, all extents but the last make the rows.
/// </summary>
public abstract record Reparameterization
{
    // None from outside: a model file could be written with it, and not be read again.
    private protected Reparameterization()
    {
    }

    /// <summary>The weight itself is trained.</summary>
    public static Reparameterization None { get; } = new PlainWeight();

    /// <summary>How many parameters stand for the weight: a layer lists them first.</summary>
    internal abstract int Count { get; }

    /// <summary>The parameters that stand for the weight.</summary>
    /// <param name="shape">The weight's shape, outputs last.</param>
    /// <param name="initializer">How the layer would draw it.</param>
    /// <param name="fanIn">Inputs of one output.</param>
    /// <param name="fanOut">Outputs that one input reaches.</param>
    /// <exception cref="ArgumentException">No effective weight follows from such a weight.</exception>
    internal abstract ImmutableArray<ParameterSpec> Parameters(Shape shape, Initializer initializer, int fanIn, int fanOut);

    /// <summary>The reference: the effective weight, [fan-in, outputs], from a pass's first parameters.</summary>
    internal abstract ReadOnlySpan<double> Weight(ReferencePass pass);

    /// <summary>The reference: adds the gradients of a pass's first parameters, from that of the effective weight.</summary>
    internal abstract void AddGradients(ReferencePass pass, ReadOnlySpan<double> dWeight);

    /// <summary>Sets those first values that follow from drawn ones; there are none by default.</summary>
    internal virtual void Complete(NetworkState state, Node node)
    {
    }

    /// <summary>Reads what <see cref="object.ToString"/> of a reparameterization wrote.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    internal static Reparameterization Parse(string text)
    {
        const string standardization = "weightStandardization(";
        if (text == None.ToString())
            return None;
        if (text == new WeightNormalization().ToString())
            return new WeightNormalization();
        if (text.StartsWith(standardization, StringComparison.Ordinal) && text[^1] == ')'
            && double.TryParse(text.AsSpan(standardization.Length, text.Length - standardization.Length - 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var epsilon))
            return new WeightStandardization { Epsilon = epsilon };
        throw new FormatException($"'{text}' is no reparameterization: expected none, weightNormalization or weightStandardization(EPSILON).");
    }

    private sealed record PlainWeight : Reparameterization
    {
        public override string ToString() => "none";

        internal override int Count => 1;

        internal override ImmutableArray<ParameterSpec> Parameters(Shape shape, Initializer initializer, int fanIn, int fanOut) =>
            [new("weight", shape, ParameterRole.Weight, initializer, fanIn, fanOut)];

        internal override ReadOnlySpan<double> Weight(ReferencePass pass) => pass.Parameter(0);

        internal override void AddGradients(ReferencePass pass, ReadOnlySpan<double> dWeight)
        {
            for (var i = 0; i < dWeight.Length; i++)
                pass.ParameterGradient(0)[i] += dWeight[i];
        }
    }
}
