using System.Globalization;
using static System.FormattableString;

namespace Batchwise.Lab;

/// <summary>Images for the replica of Figure 2: to train on, held out for every choice and for the curves, and to test.</summary>
public sealed class Figure2Data
{
    // Curves are scored many times over a run, so not on all images.
    private const int MostLooked = 2_000;
    private const int MostHeldOut = 5_000;
    private const int MostForPreprocessing = 10_000;
    private const int FewestToSplit = 20;

    private readonly Dataset whole;
    private readonly int[] trained;
    private readonly Preprocessing preprocessing;

    /// <summary>Splits the images and finds the mean and deviation of their channels.</summary>
    /// <param name="train">The training images, [height, width, 3], square.</param>
    /// <param name="test">The test images.</param>
    /// <param name="validation">Images held out; null takes some of the training images at random: 5,000, or a tenth of fewer.</param>
    /// <exception cref="ArgumentException">They are not square, not coloured, or too few.</exception>
    public Figure2Data(Dataset train, Dataset test, Dataset? validation = null)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        if (train.Shape is not { Rank: 3, Channels: 3 } || train.Shape[0] != train.Shape[1])
            throw new ArgumentException($"The network takes square images of three channels, and {train.Name} has {train.Shape}: read them at one size.");
        if (validation is null && train.Count < FewestToSplit)
            throw new ArgumentException(Invariant($"{train.Name} has {train.Count} training images, of which a tenth is held out: give at least {FewestToSplit}."));
        whole = train;
        var (heldOut, rest) = HoldOut(train, validation is null ? Math.Min(MostHeldOut, train.Count / 10) : 0);
        if (validation is null && heldOut.Length == 0)
            throw new ArgumentException($"{train.Name} has one training image of each class, and none can be held out: give more, or a folder val.");
        trained = rest;
        preprocessing = Preprocessing.Standardizing(new ChosenExamples(train, First(trained, MostForPreprocessing)));
        Validation = preprocessing.Prepare(validation is null ? new ChosenExamples(train, heldOut) : new ChosenExamples(validation, ChosenExamples.Mixed(validation.Count)));
        Test = preprocessing.Prepare(new ChosenExamples(test, ChosenExamples.Mixed(test.Count)));
        (LookedValidation, LookedTest) = (FirstOf(Validation), FirstOf(Test));
        (Name, Source, Sha256) = (train.Name, train.Source, train.Sha256);
        Identity = string.Create(CultureInfo.InvariantCulture,
            $"{Name} {train.Sha256} {validation?.Sha256 ?? "held out"} {test.Sha256} {trained.Length}+{Validation.Count}+{Test.Count} {preprocessing}");
    }

    /// <summary>The data set's name.</summary>
    public string Name { get; }

    /// <summary>Where it came from.</summary>
    public string Source { get; }

    /// <summary>The sum of its training images.</summary>
    public string? Sha256 { get; }

    /// <summary>Whether it was made by Batchwise and is no benchmark.</summary>
    public bool Generated => Name == GeneratedShapes.Name;

    /// <summary>Classes.</summary>
    public int Classes => whole.Classes;

    /// <summary>Height and width of an image.</summary>
    public int Size => whole.Shape[0];

    /// <summary>How many are trained on.</summary>
    public int TrainCount => trained.Length;

    /// <summary>How many are held out.</summary>
    public int ValidationCount => Validation.Count;

    /// <summary>How many are tested on.</summary>
    public int TestCount => Test.Count;

    /// <summary>What tells it from other data, for the keys of runs.</summary>
    public string Identity { get; }

    /// <summary>What choices are made on.</summary>
    public IExamples Validation { get; }

    /// <summary>What the end of a run is scored on; nothing is chosen by it.</summary>
    public IExamples Test { get; }

    /// <summary>The held-out images that a run's curve is scored on.</summary>
    public IExamples LookedValidation { get; }

    /// <summary>The test images that a run's curve is scored on.</summary>
    public IExamples LookedTest { get; }

    /// <summary>
    /// The training images as a recipe sees them: mirrored and shifted at random, their light distorted fully or less (section 4.2.1), then
    /// each channel brought to mean 0 and deviation 1. Population passes see them undistorted.
    /// </summary>
    /// <param name="recipe">The recipe.</param>
    public IExamples TrainingFor(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var augmentation = Augmentation.Standard with { Photometric = recipe.ReducedDistortions ? Photometric.Reduced : Photometric.Full };
        return preprocessing.Prepare(augmentation.Apply(new ChosenExamples(whole, trained)));
    }

    /// <summary>Some training images of all classes, as a population pass sees them.</summary>
    /// <param name="count">How many at most.</param>
    public IExamples FirstTraining(int count) => preprocessing.Prepare(new ChosenExamples(whole, First(trained, count)));

    // The first of a random order, but for the last example of a class, which is trained on.
    private static (int[] HeldOut, int[] Trained) HoldOut(Dataset images, int count)
    {
        var left = new int[images.Classes];
        for (var i = 0; i < images.Count; i++)
            left[images.Label(i)]++;
        var (heldOut, trained) = (new List<int>(), new List<int>());
        foreach (var place in ChosenExamples.Mixed(images.Count))
        {
            if (heldOut.Count < count && left[images.Label(place)] > 1)
            {
                heldOut.Add(place);
                left[images.Label(place)]--;
            }
            else
            {
                trained.Add(place);
            }
        }
        return ([.. heldOut], [.. trained]);
    }

    private static int[] First(int[] places, int count) => places[..Math.Min(count, places.Length)];

    private static ChosenExamples FirstOf(IExamples images) => new ChosenExamples(images, [.. Enumerable.Range(0, Math.Min(MostLooked, images.Count))]);
}
