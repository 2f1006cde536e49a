namespace Batchwise.Lab;

/// <summary>The data of an experiment: binary images, the last training images held out for every choice.</summary>
public sealed class Figure1Data
{
    private const int MostHeldOut = 10_000;
    private const int MostObserved = 1_000;

    private readonly Lazy<string> identity;

    /// <summary>Splits and binarizes a data set.</summary>
    /// <param name="train">Its training images.</param>
    /// <param name="test">Its test images.</param>
    /// <param name="threshold">Pixels above are 1.</param>
    public Figure1Data(Dataset train, Dataset test, byte threshold = 127)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        (Name, Source, Sha256) = (train.Name, train.Source, train.Sha256);
        var (rest, heldOut) = train.Binarize(threshold).Split(Math.Min(MostHeldOut, train.Count / 6));
        (Train, Validation, Test) = (rest, heldOut, test.Binarize(threshold));
        Observed = heldOut.Slice(0, Math.Min(MostObserved, heldOut.Count));
        identity = new(() => FormattableString.Invariant($"{Name} {DataSum.Of(train)} {DataSum.Of(test)} binary above {threshold} train {Train.Count} validation {Validation.Count} test {Test.Count}"));
    }

    /// <summary>The data set's name.</summary>
    public string Name { get; }

    /// <summary>Where it came from.</summary>
    public string Source { get; }

    /// <summary>The sum of its training images.</summary>
    public string? Sha256 { get; }

    /// <summary>What is trained on.</summary>
    public Dataset Train { get; }

    /// <summary>What choices are made on.</summary>
    public Dataset Validation { get; }

    /// <summary>What is scored at the end, and drawn as the paper's curve; nothing is chosen by it.</summary>
    public Dataset Test { get; }

    /// <summary>The held-out images over which activations are followed.</summary>
    public Dataset Observed { get; }

    /// <summary>What tells it from other data, for the keys of runs.</summary>
    internal string Identity => identity.Value;

    /// <summary>Whether it is the paper's data set.</summary>
    public bool IsMnist => Name == "MNIST";
}
