namespace Batchwise;

/// <summary>What a network's outputs say.</summary>
static class Answer
{
    /// <summary>How many answers to one example outputs give that are right or wrong: one class, a yes or no per output, of values none.</summary>
    public static int Count(int outputs, OutputMeaning meaning) => meaning switch
    {
        OutputMeaning.ClassLogits => 1,
        OutputMeaning.BinaryLogits => outputs,
        _ => 0,
    };

    /// <summary>How many classes outputs tell apart: a single yes-or-no answer two.</summary>
    public static int Classes(int outputs, OutputMeaning meaning) => outputs == 1 && meaning == OutputMeaning.BinaryLogits ? 2 : outputs;

    /// <summary>How many of an example's answers are right.</summary>
    /// <param name="output">The network's outputs.</param>
    /// <param name="label">The class, which the largest of logits of classes names.</param>
    /// <param name="target">The wanted values: an output that says yes, above 0, is right where its target is above one half.</param>
    /// <param name="meaning">What the outputs mean.</param>
    public static int Right(ReadOnlySpan<float> output, int label, ReadOnlySpan<float> target, OutputMeaning meaning)
    {
        if (meaning == OutputMeaning.ClassLogits)
            return Largest(output) == label ? 1 : 0;
        if (meaning == OutputMeaning.Values)
            return 0;
        var right = 0;
        for (var i = 0; i < output.Length; i++)
            right += output[i] > 0 == target[i] > 0.5f ? 1 : 0;
        return right;
    }

    /// <summary>The share of right answers over some examples; NaN where there is nothing to be right.</summary>
    public static double Accuracy(long right, long examples, int outputs, OutputMeaning meaning) =>
        Count(outputs, meaning) is > 0 and var answers ? (double)right / (examples * answers) : double.NaN;

    /// <summary>The place of the largest value; of equal ones the first.</summary>
    public static int Largest(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best])
                best = i;
        }
        return best;
    }

    /// <summary>Turns outputs into what they mean, in place.</summary>
    public static void Interpret(Span<float> output, OutputMeaning meaning)
    {
        switch (meaning)
        {
            case OutputMeaning.ClassLogits:
                Kernels.SoftmaxCrossEntropy.Softmax(output, output);
                break;
            case OutputMeaning.BinaryLogits:
                foreach (ref var value in output)
                    value = (float)(1 / (1 + Math.Exp(-value)));
                break;
        }
    }
}
