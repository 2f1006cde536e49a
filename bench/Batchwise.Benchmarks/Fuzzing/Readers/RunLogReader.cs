namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>Logs of training runs.</summary>
sealed class RunLogReader : FuzzReader
{
    public const string Title = "runlogs";

    public override string Name => Title;

    public override IReadOnlyList<byte[]> Seeds { get; } = [Log(null), Log(new(7, "the loss is not finite."))];

    public override IReadOnlyList<Mutation> Mutations { get; } = [JsonMutations.Change];

    public override void Read(byte[] input, string folder)
    {
        Place(input, folder, RunLog.FileName);
        RunLog.Load(folder);
    }

    private static byte[] Log(Divergence? divergence)
    {
        using var folder = new PrivateFolder();
        new RunLog
        {
            Command = "batchwise train",
            Network = NetworkFormat.Write(Network.Input(2).Dense(3)),
            Data = "digits",
            BatchSize = 60,
            Steps = 100,
            Seed = 1,
            Loss = "cross-entropy",
            Optimizer = new()
            {
                Name = "Sgd",
                LearningRate = 0.1,
                Schedule = "constant",
                WeightDecay = 0.0001,
                DecayAll = false,
                Settings = System.Collections.Immutable.ImmutableSortedDictionary<string, double>.Empty.Add("momentum", 0.9),
            },
            Reports = [new(1, 100, 2.3, 0.1), new(50, 100, 0.5, double.NaN)],
            Divergence = divergence,
        }.Save(folder.Path);
        return File.ReadAllBytes(folder.File(RunLog.FileName));
    }
}
