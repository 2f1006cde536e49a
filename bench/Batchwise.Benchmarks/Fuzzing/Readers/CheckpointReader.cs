namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>Checkpoints, from which a trainer goes on.</summary>
sealed class CheckpointReader : FuzzReader
{
    public const string Title = "checkpoints";

    private static readonly Optimizer Momentum = new Sgd(0.1f, momentum: 0.9f);

    public override string Name => Title;

    public override IReadOnlyList<byte[]> Seeds { get; } =
        [SafeTensorMutations.WithoutChecksum(PrivateFolder.Written(".safetensors", path =>
    {
        using var trainer = new Trainer(SeedNetworks.Vectors, Momentum, threads: 1);
        trainer.SaveCheckpoint(path);
    }))];

    public override IReadOnlyList<Mutation> Mutations => SafeTensorMutations.All;

    public override void Read(byte[] input, string folder) =>
        Trainer.Resume(Place(input, folder, "input.safetensors"), SeedNetworks.Vectors, Momentum, threads: 1).Dispose();
}
