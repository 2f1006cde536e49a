using Batchwise.Images;

namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>Single images.</summary>
sealed class ImageReader : FuzzReader
{
    public const string Title = "images";

    // Images may be this large here, so that most inputs cost little.
    private const long MostPixels = 1 << 20;

    private static readonly Shape Shown = new(8, 8, 3);

    public override string Name => Title;

    public override IReadOnlyList<byte[]> Seeds => SeedImages.All;

    public override IReadOnlyList<Mutation> Mutations { get; } =
        [PngMutations.Change, PngMutations.Change, JpegMutations.Change, BitmapHead];

    public override void Read(byte[] input, string folder) => ImageFile.Decode("input", input, Shown, MostPixels);

    private static byte[] BitmapHead(byte[] image, FuzzRandom random) =>
        image.AsSpan().StartsWith("BM"u8) ? HeaderMutations.Numbers(2, 13, bigEndian: false)(image, random) : image;
}
