using static System.FormattableString;

namespace Batchwise;

/// <summary>What a network's output means for prediction.</summary>
public enum OutputMeaning
{
    /// <summary>Values as they are.</summary>
    Values,

    /// <summary>Logits of classes that exclude each other; prediction applies softmax.</summary>
    ClassLogits,

    /// <summary>Logits of independent yes-or-no answers; prediction applies the logistic function.</summary>
    BinaryLogits,
}

/// <summary>What training makes small: the mean over a batch of a loss per sample.</summary>
public abstract record Loss
{
    private protected Loss()
    {
    }

    /// <summary>
    /// Cross-entropy of the softmax of the outputs against the class: -log softmax(x)[label]. The default. The outputs x are logits: no softmax
    /// and no other bounded function is behind the last weights.
    /// </summary>
    public static Loss SoftmaxCrossEntropy { get; } = new SoftmaxCrossEntropyLoss();

    /// <summary>
    /// Cross-entropy of the logistic function of each output against its target t in [0, 1], summed over the outputs:
    /// max(x, 0) - x t + log(1 + exp(-|x|)). The outputs x are logits: no sigmoid and no other bounded function is behind the last weights.
    /// </summary>
    public static Loss BinaryCrossEntropy { get; } = new BinaryCrossEntropyLoss();

    /// <summary>The squared difference of each output and its target, averaged over the outputs.</summary>
    public static Loss MeanSquaredError { get; } = new MeanSquaredErrorLoss();

    /// <summary>What the outputs mean under this loss.</summary>
    public abstract OutputMeaning Meaning { get; }

    /// <summary>What plans and checkpoints call it.</summary>
    internal string Name => GetType().Name.Replace("Loss", "", StringComparison.Ordinal);

    /// <summary>Whether it compares with values rather than with a class.</summary>
    internal abstract bool UsesTargets { get; }

    /// <summary>The loss of one sample, in float64.</summary>
    /// <param name="output">The network's output.</param>
    /// <param name="label">The class; unused by losses with targets.</param>
    /// <param name="target">The wanted values; empty for losses with classes.</param>
    /// <param name="gradient">Receives the gradient with respect to the output, times the factor.</param>
    /// <param name="factor">1 / batch.</param>
    internal abstract double Sample(ReadOnlySpan<float> output, int label, ReadOnlySpan<float> target, Span<float> gradient, float factor);
}

sealed record SoftmaxCrossEntropyLoss : Loss
{
    public override OutputMeaning Meaning => OutputMeaning.ClassLogits;

    internal override bool UsesTargets => false;

    internal override double Sample(ReadOnlySpan<float> output, int label, ReadOnlySpan<float> target, Span<float> gradient, float factor) =>
        Kernels.SoftmaxCrossEntropy.Row(output, gradient, label, factor);
}

sealed record BinaryCrossEntropyLoss : Loss
{
    public override OutputMeaning Meaning => OutputMeaning.BinaryLogits;

    internal override bool UsesTargets => true;

    internal override double Sample(ReadOnlySpan<float> output, int label, ReadOnlySpan<float> target, Span<float> gradient, float factor)
    {
        double loss = 0;
        for (var i = 0; i < output.Length; i++)
        {
            double x = output[i], t = target[i];
            if (t is not (>= 0 and <= 1))
                throw new InvalidOperationException(Invariant($"BinaryCrossEntropy takes targets from 0 to 1, and an example has {t}: for classes that exclude each other use SoftmaxCrossEntropy, else override CopyTarget."));
            loss += Math.Max(x, 0) - x * t + Math.Log(1 + Math.Exp(-Math.Abs(x)));
            gradient[i] = (float)((1 / (1 + Math.Exp(-x)) - t) * factor);
        }
        return loss;
    }
}

sealed record MeanSquaredErrorLoss : Loss
{
    public override OutputMeaning Meaning => OutputMeaning.Values;

    internal override bool UsesTargets => true;

    internal override double Sample(ReadOnlySpan<float> output, int label, ReadOnlySpan<float> target, Span<float> gradient, float factor)
    {
        double loss = 0;
        for (var i = 0; i < output.Length; i++)
        {
            var difference = (double)output[i] - target[i];
            loss += difference * difference / output.Length;
            gradient[i] = (float)(2 * difference / output.Length * factor);
        }
        return loss;
    }
}
