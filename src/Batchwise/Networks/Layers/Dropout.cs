using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// Dropout (Srivastava et al. 2014): in training each value is zero with a probability p and divided by 1 - p otherwise;
/// in a statistics pass and in inference it does nothing. The mask comes from the counter-based generator, so that
/// backward and a resumed run draw the same one.
/// </summary>
public sealed record Dropout : Layer
{
    /// <summary>Dropout with the given probability.</summary>
    /// <param name="probability">The probability of dropping a value, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">It lies outside.</exception>
    public Dropout(double probability)
    {
        if (!(probability >= 0 && probability < 1))
            throw new ArgumentOutOfRangeException(nameof(probability), Invariant($"A dropout probability lies in [0, 1), {probability} does not."));
        Probability = probability;
    }

    /// <summary>The probability of dropping a value.</summary>
    public double Probability { get; }

    /// <inheritdoc/>
    public override string Kind => "dropout";

    /// <inheritdoc/>
    public override LayerAttributes Attributes => LayerAttributes.Empty.With("probability", Probability);

    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs) => OnlyInput(inputs);

    /// <summary>Random words below this are dropped: the probability in units of 2^-32.</summary>
    internal uint Threshold => (uint)(Probability * 4294967296.0);

    /// <inheritdoc/>
    public override void Forward(ReferencePass pass)
    {
        var x = pass.Input();
        for (var i = 0; i < x.Length; i++)
            pass.Output[i] = x[i] * Factor(pass, i);
    }

    /// <inheritdoc/>
    public override void Backward(ReferencePass pass)
    {
        var dx = pass.InputGradient();
        for (var i = 0; i < dx.Length; i++)
            dx[i] += pass.OutputGradient[i] * Factor(pass, i);
    }

    private double Factor(ReferencePass pass, int element)
    {
        if (pass.Mode != NetworkMode.Training)
            return 1;
        var words = Philox.Block(pass.Random.Seed, RandomPurpose.Dropout, pass.Random.Index, (uint)element / 4);
        var word = (element % 4) switch { 0 => words.A, 1 => words.B, 2 => words.C, _ => words.D };
        return word < Threshold ? 0 : 1 / (1 - Probability);
    }
}
