using System.Globalization;

namespace Batchwise;

public sealed partial class Trainer
{
    private const string StepKey = "batchwise.step";
    private const string SeedKey = "batchwise.seed";
    private const string OptimizerKey = "batchwise.optimizer";
    private const string SlotsKey = "batchwise.optimizerSlots";
    private const string LossKey = "batchwise.loss";
    private const string ShufflingKey = "batchwise.shuffling";
    private const string NetworkKey = "batchwise.network";

    // Steps are 48 bits of the numbers of random streams.
    private const long MostSteps = 1L << 47;

    /// <summary>
    /// Writes all that training needs to go on: parameters, statistics, the optimizer's state, the step, the examples' class names and
    /// preprocessing. The file is written whole or not at all, and while <see cref="Fit"/> runs between two steps.
    /// </summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <exception cref="IOException">The folder does not exist, the disk is full, or the file is in use.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder may not be written.</exception>
    public void SaveCheckpoint(string path)
    {
        lock (working)
            WriteCheckpoint(path);
    }

    private void WriteCheckpoint(string path)
    {
        var tensors = StateTensors.Of(State).ToList();
        for (var slot = 0; slot < slots.Length; slot++)
        {
            foreach (var entry in State.Parameters)
                tensors.Add(NamedTensor.From(SlotName(slot, entry), entry.Spec.Shape.Dimensions, slots[slot].Span(entry.Offset, entry.Spec.Shape.Size)));
        }
        var metadata = new Dictionary<string, string>
        {
            [NetworkKey] = NetworkFormat.Write(Network),
            [OptimizerKey] = Optimizer.GetType().Name,
            [SlotsKey] = slots.Length.ToString(CultureInfo.InvariantCulture),
            [LossKey] = Loss.Name,
            [ShufflingKey] = Shuffling.Text(),
            [StepKey] = Step.ToString(CultureInfo.InvariantCulture),
            [SeedKey] = Seed.ToString(CultureInfo.InvariantCulture),
        };
        ExampleMetadata.Write(metadata, Loss.Meaning, ClassNames, preprocessing);
        SafeTensorFile.Write(path, tensors, metadata);
    }

    /// <summary>
    /// A trainer that goes on from a checkpoint, to the same bits as if it had not stopped, given the same data.
    /// </summary>
    /// <param name="path">What <see cref="SaveCheckpoint"/> wrote.</param>
    /// <param name="network">The same network.</param>
    /// <param name="optimizer">The same kind of optimizer.</param>
    /// <param name="loss">The same loss. Default: softmax cross-entropy.</param>
    /// <param name="threads">How many threads work; 0, the default, takes one per processor.</param>
    /// <param name="shuffling">The same order of the examples. Default: <see cref="Shuffling.Full"/>.</param>
    /// <exception cref="InvalidDataException">The file is damaged, no checkpoint, or one of another network, optimizer, loss or order.</exception>
    public static Trainer Resume(
        string path, Network network, Optimizer optimizer, Loss? loss = null, int threads = 0, Shuffling? shuffling = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(optimizer);
        var file = SafeTensorFile.Read(path);
        string Metadata(string key) => file.Metadata.TryGetValue(key, out var value)
            ? value
            : throw new InvalidDataException($"{path} is no checkpoint: its metadata lack '{key}'. Give a file that SaveCheckpoint wrote.");
        if (Metadata(NetworkKey) != NetworkFormat.Write(network))
            throw new InvalidDataException($"{path} is the checkpoint of another network: give the network that was trained.");
        if (Metadata(OptimizerKey) != optimizer.GetType().Name)
            throw new InvalidDataException($"{path} was made with {Metadata(OptimizerKey)}, not {optimizer.GetType().Name}: give the same optimizer.");
        if (Metadata(SlotsKey) != optimizer.Slots.ToString(CultureInfo.InvariantCulture))
            throw new InvalidDataException($"{path} was made with another {Metadata(OptimizerKey)}, one {(optimizer.Slots == 0 ? "with" : "without")} momentum: give the same optimizer.");
        if (Metadata(LossKey) != (loss ?? Loss.SoftmaxCrossEntropy).Name)
            throw new InvalidDataException($"{path} was made with the loss {Metadata(LossKey)}, not {(loss ?? Loss.SoftmaxCrossEntropy).Name}: give the same loss.");
        // Files from before there was a choice say nothing of it.
        if (file.Metadata.GetValueOrDefault(ShufflingKey, Shuffling.Full.Text()) is var order && order != (shuffling ?? Shuffling.Full).Text())
            throw new InvalidDataException($"{path} was made with the examples {order}, not {(shuffling ?? Shuffling.Full).Text()}: give the same shuffling.");
        if (!long.TryParse(Metadata(StepKey), NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            || !ulong.TryParse(Metadata(SeedKey), NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
        {
            throw new InvalidDataException($"{path} is damaged: its step or seed is no whole number.");
        }
        if (step > MostSteps)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{path} is damaged: no training reaches step {step}."));
        var state = NetworkState.Create(network, seed);
        StateTensors.Read(file, path, state);
        var (_, classNames, preprocessing) = ExampleMetadata.Read(file, path, network);
        var kept = (from slot in Enumerable.Range(0, optimizer.Slots)
                    from entry in state.Parameters
                    let values = StateTensors.ReadSlot(file, path, SlotName(slot, entry), entry.Spec.Shape.Dimensions, optimizer.HoldsSquares(slot))
                    select (Slot: slot, Entry: entry, Values: values)).ToArray();
        var trainer = new Trainer(state, optimizer, seed, loss, new WorkerPool(Threads(threads)), shuffling)
        {
            Step = step,
            ClassNames = classNames,
            preprocessing = preprocessing,
        };
        foreach (var (slot, entry, values) in kept)
            values.CopyTo(trainer.slots[slot].Span(entry.Offset, entry.Spec.Shape.Size));
        return trainer;
    }

    private static string SlotName(int slot, ParameterEntry entry) => string.Create(CultureInfo.InvariantCulture, $"optimizer{slot}.{entry.Name}");
}
