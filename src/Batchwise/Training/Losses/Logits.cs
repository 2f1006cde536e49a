namespace Batchwise;

/// <summary>Checks that a network's outputs can be logits, which take any value, where they mean logits.</summary>
static class Logits
{
    // A function that stays within this range so far from zero is bounded; rectifiers are not.
    private const double Far = 1e9, Range = 1e3;

    /// <exception cref="ArgumentException">A bounded function is behind the last weights, or a single output is to tell classes apart.</exception>
    public static void Require(Network network, OutputMeaning meaning)
    {
        if (meaning == OutputMeaning.Values)
            return;
        if (meaning == OutputMeaning.ClassLogits && network.OutputShape.Size == 1)
            throw new ArgumentException("The softmax of a single output is 1 whatever the output is: give the last layer an output per class, or take the output as yes or no (Loss.BinaryCrossEntropy, OutputMeaning.BinaryLogits) or as a value (Loss.MeanSquaredError, OutputMeaning.Values).");
        var node = network.Output;
        while (node.Layer is Flatten or Dropout or Pool or GlobalAveragePool or GlobalMaxPool)
            node = node.Inputs[0];
        if (IsBounded(node.Layer))
            throw new ArgumentException($"The outputs are to be logits, whose {(meaning == OutputMeaning.ClassLogits ? "softmax" : "sigmoid")} is taken later, and layer '{network.NameOf(node)}' bounds them: remove that layer, or take the outputs as values (Loss.MeanSquaredError, OutputMeaning.Values).");
    }

    private static bool IsBounded(Layer layer) => layer is Activation function
        ? Math.Abs(function.Value(Far)) < Range && Math.Abs(function.Value(-Far)) < Range
        : layer.Kind.Contains("softmax", StringComparison.OrdinalIgnoreCase);
}
