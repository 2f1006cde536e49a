namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>All readers by name.</summary>
static class FuzzReaders
{
    private static readonly Dictionary<string, Func<FuzzReader>> Makers = new()
    {
        [ModelReader.Title] = () => new ModelReader(),
        [OnnxReader.Title] = () => new OnnxReader(),
        [StateDictionaryReader.Title] = () => new StateDictionaryReader(),
        [CheckpointReader.Title] = () => new CheckpointReader(),
        [IdxFileReader.Title] = () => new IdxFileReader(),
        [ImageReader.Title] = () => new ImageReader(),
        [ArchiveReader.Title] = () => new ArchiveReader(),
        [ResultReader.Title] = () => new ResultReader(),
        [RunLogReader.Title] = () => new RunLogReader(),
    };

    // Two that show that faults are counted.
    private static readonly Dictionary<string, Func<FuzzReader>> Planted = new()
    {
        [PlantedReader.Crashing] = () => new PlantedReader(PlantedReader.Crashing),
        [PlantedReader.Throwing] = () => new PlantedReader(PlantedReader.Throwing),
        [PlantedReader.Hanging] = () => new PlantedReader(PlantedReader.Hanging),
        [PlantedReader.Hungry] = () => new PlantedReader(PlantedReader.Hungry),
    };

    /// <summary>The readers' names, in the order in which they run.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Makers.Keys];

    /// <summary>The names as a sentence lists them.</summary>
    public static string Names => string.Join(", ", All);

    /// <summary>The reader of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static FuzzReader Of(string name) => Makers.TryGetValue(name, out var make) || Planted.TryGetValue(name, out make)
        ? make()
        : throw new ArgumentException($"There is no reader '{name}': choose one of {Names}.");
}
