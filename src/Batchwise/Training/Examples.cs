using System.Collections.Immutable;
using static System.FormattableString;

namespace Batchwise;

/// <summary>Checks that examples and networks go together.</summary>
static class Examples
{
    /// <summary>Checks that examples can be learned or scored: their shape, and that label i is the network's class i.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="network">The network.</param>
    /// <param name="loss">What compares its outputs with the labels.</param>
    /// <param name="known">The names of the network's classes; empty where they are not known.</param>
    public static void RequireFit(IExamples examples, Network network, Loss loss, ImmutableArray<string> known)
    {
        RequireShape(examples, network);
        // Examples without labels refuse to give one, and say what to do.
        if (examples is { Classes: 0, Count: > 0 } && !loss.UsesTargets)
            _ = examples.Label(0);
        var outputs = network.OutputShape.Size;
        if (!loss.UsesTargets && examples.Classes > outputs)
        {
            throw new ArgumentException(
                Invariant($"The examples have {examples.Classes} classes, the network {outputs} outputs: give its last layer an output per class."));
        }
        if (loss.UsesTargets && network.OutputShape.Rank != 1)
            throw new ArgumentException($"A loss on values needs a network that gives a vector, not {network.OutputShape}: put Flatten() at its end.");
        ClassLabels.RequireNames(examples.ClassNames, examples.Classes);
        if (!examples.ClassNames.IsEmpty && !known.IsEmpty)
            ClassLabels.RequireSame(examples.ClassNames, known);
        else if (!loss.UsesTargets && examples.Classes < outputs)
            throw new ArgumentException(Invariant($"The examples have {examples.Classes} classes, the network {outputs} outputs, and only names could tell which outputs are meant: name the classes on both sides (Dataset.ClassNames, Model.ClassNames), or, if the labels are the numbers of the outputs, say that there are {outputs} classes."));
    }

    public static void RequireShape(IExamples examples, Network network)
    {
        ArgumentNullException.ThrowIfNull(examples);
        if (examples.Shape != network.InputShape)
            throw new ArgumentException($"The examples have shape {examples.Shape}, the network takes {network.InputShape}.");
        if (examples.Count < 1)
            throw new ArgumentException("There are no examples: give at least one.");
    }
}
