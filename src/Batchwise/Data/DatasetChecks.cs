using System.Globalization;

namespace Batchwise;

/// <summary>What every dataset is held to, one clear sentence each.</summary>
static class DatasetChecks
{
    /// <summary>At least one example, as many inputs as labels, every label a class.</summary>
    public static void Examples(int values, ReadOnlySpan<int> labels, Shape shape, int classes)
    {
        if (shape.Rank == 0)
            throw new ArgumentException("The shape of one example has no extents: say it, as in new Shape(28, 28, 1).", nameof(shape));
        if (classes < 1)
            throw new ArgumentOutOfRangeException(nameof(classes), Text($"There cannot be {classes} classes: give one more than the largest label."));
        if (labels.IsEmpty)
            throw new ArgumentException("There are no labels: a dataset has at least one example.", nameof(labels));
        if (values != (long)labels.Length * shape.Size)
            throw new ArgumentException(
                Text($"{labels.Length} examples of shape {shape} have {(long)labels.Length * shape.Size} values, but {values} are given: give {shape.Size} for each label."),
                nameof(labels));
        for (var i = 0; i < labels.Length; i++)
            if ((uint)labels[i] >= (uint)classes)
                throw new ArgumentException(
                    Text($"Label {labels[i]} of example {i} is not in [0, {classes}): correct it, or say how many classes there are."), nameof(labels));
    }

    /// <summary>Every input is a number and not infinite.</summary>
    public static void Finite(ReadOnlySpan<float> inputs, Shape shape)
    {
        for (var i = 0; i < inputs.Length; i++)
            if (!float.IsFinite(inputs[i]))
                throw new ArgumentException(
                    Text($"Value {i % shape.Size} of example {i / shape.Size} is {inputs[i]}: replace what is missing before training."), nameof(inputs));
    }

    /// <summary>No class is held out that is not trained on.</summary>
    public static void Learnable(Dataset train, Dataset heldOut)
    {
        var known = new bool[train.Classes];
        for (var i = 0; i < train.Count; i++)
            known[train.Label(i)] = true;
        for (var i = 0; i < heldOut.Count; i++)
            if (!known[heldOut.Label(i)])
                throw new ArgumentException(Text(
                    $"The last {heldOut.Count} examples of {train.Name} hold all there are of class {heldOut.Label(i)}, and none is left to train on: bring the examples into a random order first, or hold out fewer."), nameof(heldOut));
    }

    /// <summary>The sentence as it reads in every culture.</summary>
    public static string Text(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);
}
