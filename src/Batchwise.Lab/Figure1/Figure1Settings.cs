namespace Batchwise.Lab;

/// <summary>The settings of Figure 1. What the paper gives is fixed; what it leaves open is a choice, stated in every result.</summary>
public sealed record Figure1Settings
{
    /// <summary>Examples per step (paper: 60).</summary>
    public int Batch { get; init; } = 60;

    /// <summary>Steps (paper: 50,000).</summary>
    public long Steps { get; init; } = 50_000;

    /// <summary>The constant learning rate of plain gradient descent; the paper gives none.</summary>
    public float Rate { get; init; } = 0.5f;

    /// <summary>The deviation of the "small random Gaussian" initial weights; the paper gives none.</summary>
    public double Deviation { get; init; } = 0.1;

    /// <summary>Pixels above are 1, others 0; the paper says "binary image" and gives no threshold.</summary>
    public byte Threshold { get; init; } = 127;

    /// <summary>Fixes weights and data order.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The unit of the last hidden layer that figures 1b and 1c follow, chosen before the run.</summary>
    public int Unit { get; init; }

    /// <summary>How many threads work; 0 is one per processor.</summary>
    public int Threads { get; init; }

    /// <summary>Whether to follow accuracies and activations over the run, or only score its end.</summary>
    public bool FollowRun { get; init; } = true;

    /// <summary>The network of section 4.1: 784-100-100-100-10 with sigmoids.</summary>
    public Network CreateNetwork(Shape input, int classes, bool batchNormalized) =>
        MnistMlp.Create(input, classes, batchNormalized, Deviation);

    /// <summary>The layer whose output is the input of the last hidden sigmoid.</summary>
    public static string LastHiddenInput(bool batchNormalized) => batchNormalized ? "batchNorm3" : "dense3";

    /// <summary>The steps after which a run is scored: densely at first, while it learns fast.</summary>
    public IEnumerable<long> Checkpoints()
    {
        if (!FollowRun)
            return [Steps];
        var early = Enumerable.Range(1, 20).Select(i => i * 100L);
        var late = Enumerable.Range(5, (int)Math.Max(0, Steps / 500 - 4)).Select(i => i * 500L);
        return early.Concat(late).Where(step => step < Steps).Append(Steps);
    }
}
