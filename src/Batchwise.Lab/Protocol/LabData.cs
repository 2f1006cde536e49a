namespace Batchwise.Lab;

/// <summary>An experiment's data: training images, validation images held out of them for every choice, test images.</summary>
public sealed record LabData
{
    private const int MostHeldOut = 10_000;

    private LabData(string name, string source, string identity, Dataset train, Dataset validation, IExamples test) =>
        (Name, Source, Identity, Train, Validation, Test) = (name, source, identity, train, validation, test);

    /// <summary>The data set's name.</summary>
    public string Name { get; }

    /// <summary>Where it came from.</summary>
    public string Source { get; }

    /// <summary>What is trained on.</summary>
    public Dataset Train { get; private init; }

    /// <summary>What every choice is made on: the last 10,000 training images, or a sixth of fewer.</summary>
    public Dataset Validation { get; }

    /// <summary>What a run of a comparison is scored on once, at its end; nothing is chosen by it.</summary>
    public IExamples Test { get; }

    /// <summary>Whether it was made by Batchwise and is no benchmark.</summary>
    public bool Generated => Name == "generated digits";

    /// <summary>What tells it from other data, for the keys of runs: name, sums, sizes, threshold.</summary>
    public string Identity { get; private init; }

    /// <summary>Splits a data set, and makes its images binary as the paper does.</summary>
    /// <param name="train">Its training images.</param>
    /// <param name="test">Its test images.</param>
    /// <param name="threshold">Pixels above are 1, others 0; null leaves them.</param>
    public static LabData Of(Dataset train, Dataset test, byte? threshold = 127)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        if (train.Count < 12)
            throw new ArgumentException($"{train.Name} has {train.Count} training images, of which a sixth is held out: give at least 12.");
        Dataset Seen(Dataset data) => threshold is { } value ? data.Binarize(value) : data;
        var (rest, heldOut) = Seen(train).Split(Math.Min(MostHeldOut, train.Count / 6));
        var identity = $"{train.Name} {DataSum.Of(train)} {DataSum.Of(test)} binary above {threshold?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "nothing"} train {rest.Count} validation {heldOut.Count} test {test.Count}";
        return new(train.Name, train.Source, identity, rest, heldOut, Seen(test));
    }

    /// <summary>The same data with only its first training images; validation and test stay.</summary>
    public LabData WithTraining(int count) => this with { Train = Train.Slice(0, count), Identity = $"{Identity} first {count}" };

    /// <summary>The same data with another test set behind the port.</summary>
    internal LabData WithTest(IExamples test) => new(Name, Source, Identity, Train, Validation, test);
}
