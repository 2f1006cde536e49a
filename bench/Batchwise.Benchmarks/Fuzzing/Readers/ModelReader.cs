namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>Model files; a network that loads is run on one sample.</summary>
sealed class ModelReader : FuzzReader
{
    public const string Title = "models";

    public override string Name => Title;

    public override IReadOnlyList<byte[]> Seeds { get; } =
        [.. SeedNetworks.All.Select(network =>
            SafeTensorMutations.WithoutChecksum(PrivateFolder.Written(".model", SeedNetworks.ModelOf(network).Save)))];

    public override IReadOnlyList<Mutation> Mutations => SafeTensorMutations.All;

    public override void Read(byte[] input, string folder) => SeedNetworks.Run(Model.Load(Place(input, folder, "input.model")));
}
