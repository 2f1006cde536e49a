using System.Collections.Immutable;

namespace Batchwise;

/// <summary>One of the four files of MNIST, or of another data set in its format.</summary>
/// <param name="Stem">What the name begins with: "train-images".</param>
/// <param name="Kind">What it ends with: "idx3-ubyte".</param>
/// <param name="Size">How many bytes MNIST's own has, uncompressed.</param>
/// <param name="Sha256">The SHA-256 of MNIST's own, uncompressed.</param>
sealed record MnistFile(string Stem, string Kind, long Size, string Sha256)
{
    /// <summary>The usual name, uncompressed.</summary>
    public string Name => $"{Stem}-{Kind}";

    /// <summary>The names under which the file is looked for, the uncompressed one first.</summary>
    public ImmutableArray<string> Names => [Name, $"{Name}.gz", $"{Stem}.{Kind}", $"{Stem}.{Kind}.gz"];

    /// <summary>The path of the file in a folder, or null if it is there under none of its names.</summary>
    public string? Find(string directory) => Names.Select(name => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
}

/// <summary>The four files of MNIST.</summary>
static class MnistFiles
{
    public static MnistFile TrainImages { get; } =
        new("train-images", "idx3-ubyte", 47_040_016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db");

    public static MnistFile TrainLabels { get; } =
        new("train-labels", "idx1-ubyte", 60_008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5");

    public static MnistFile TestImages { get; } =
        new("t10k-images", "idx3-ubyte", 7_840_016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7");

    public static MnistFile TestLabels { get; } =
        new("t10k-labels", "idx1-ubyte", 10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2");

    public static ImmutableArray<MnistFile> All { get; } = [TrainImages, TrainLabels, TestImages, TestLabels];
}
