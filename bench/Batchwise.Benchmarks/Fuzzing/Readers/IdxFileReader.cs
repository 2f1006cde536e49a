namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>
/// Images and labels in IDX files, compressed or not: each input is read as either, beside a sound file of the other kind.
/// </summary>
sealed class IdxFileReader : FuzzReader
{
    public const string Title = "idx";

    private static readonly byte[] Images = [0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 3, 0, 0, 0, 5, .. Enumerable.Range(0, 4 * 3 * 5)
        .Select(value => (byte)(value * 4))];

    private static readonly byte[] Labels = [0, 0, 8, 1, 0, 0, 0, 4, 1, 0, 2, 1];

    public override string Name => Title;

    public override IReadOnlyList<byte[]> Seeds { get; } =
        [Images, GzipMutations.Compress(Images), Labels, GzipMutations.Compress(Labels)];

    public override IReadOnlyList<Mutation> Mutations { get; } =
        [GzipMutations.Within(HeaderMutations.Numbers(0, 4, bigEndian: true)), .. ByteMutations.All.Select(GzipMutations.Within)];

    public override void Read(byte[] input, string folder)
    {
        var (path, images, labels) = (Place(input, folder, "input.idx"), Path.Combine(folder, "images.idx"),
            Path.Combine(folder, "labels.idx"));
        if (!File.Exists(labels))
        {
            Place(Images, folder, "images.idx");
            Place(Labels, folder, "labels.idx");
        }
        if (IdxFile.Read(path).Dimensions.Length == 1)
            IdxFile.ReadExamples(images, path);
        else
        {
            IdxFile.ReadExamples(path, labels);
            IdxFile.ReadUnlabelled(path);
        }
    }
}
