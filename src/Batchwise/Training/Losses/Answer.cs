namespace Batchwise;

/// <summary>What a network's outputs say.</summary>
static class Answer
{
    /// <summary>Whether outputs name a class: a single value does not.</summary>
    public static bool Exists(int outputs, OutputMeaning meaning) => outputs > 1 || meaning != OutputMeaning.Values;

    /// <summary>How many classes outputs tell apart: a single yes-or-no answer two.</summary>
    public static int Classes(int outputs, OutputMeaning meaning) => outputs == 1 && meaning == OutputMeaning.BinaryLogits ? 2 : outputs;

    /// <summary>Whether the outputs name the class: the largest one, or for a single yes-or-no answer its sign.</summary>
    public static bool IsRight(ReadOnlySpan<float> output, int label, OutputMeaning meaning) => output.Length == 1 && meaning == OutputMeaning.BinaryLogits
        ? (output[0] > 0 ? 1 : 0) == label
        : Largest(output) == label;

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
