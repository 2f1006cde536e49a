namespace Batchwise;

/// <summary>Checks that examples and networks go together.</summary>
static class Examples
{
    public static void RequireFit(IExamples examples, Network network, Loss loss)
    {
        ArgumentNullException.ThrowIfNull(examples);
        RequireShape(examples, network);
        if (!loss.UsesTargets && examples.Classes > network.OutputShape.Size)
        {
            throw new ArgumentException(
                $"The examples have {examples.Classes} classes, the network {network.OutputShape.Size} outputs: give its last layer an output per class.");
        }
        if (loss.UsesTargets && network.OutputShape.Rank != 1)
            throw new ArgumentException($"A loss on values needs a network that gives a vector, not {network.OutputShape}: put Flatten() at its end.");
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
