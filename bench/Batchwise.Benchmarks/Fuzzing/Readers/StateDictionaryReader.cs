namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>State dictionaries, read into a network that is there: strictly, and where that is refused, what fits.</summary>
sealed class StateDictionaryReader : FuzzReader
{
    public const string Title = "statedictionaries";

    private static readonly StateDictionaryOptions Loose = new() { Strict = false };

    // Whitening and renormalization, which state dictionaries do not know, are not in it.
    private readonly NetworkState state = NetworkState.Create(SeedNetworks.Maps, 1);

    public override string Name => Title;

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        SafeTensorMutations.WithoutChecksum(PrivateFolder.Written(".safetensors", path =>
            StateDictionary.Save(path, NetworkState.Create(SeedNetworks.Maps, 2)))),
        SafeTensorMutations.WithoutChecksum(PrivateFolder.Written(".safetensors", path =>
            StateDictionary.Save(path, NetworkState.Create(SeedNetworks.Others, 2)))),
    ];

    public override IReadOnlyList<Mutation> Mutations => SafeTensorMutations.All;

    public override void Read(byte[] input, string folder)
    {
        var path = Place(input, folder, "input.safetensors");
        try
        {
            StateDictionary.Load(path, state);
        }
        catch (InvalidDataException)
        {
            // What is left over or missing is no reason here not to read the rest.
            StateDictionary.Load(path, state, Loose);
        }
    }
}
