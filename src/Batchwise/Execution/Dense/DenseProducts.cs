using System.Collections.Immutable;

namespace Batchwise;

/// <summary>How the three products of a dense layer are computed, and when.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Reason">Why it is taken where it fits.</param>
/// <param name="Fits">For which batches, inputs and outputs it is taken, if none above it in the list was.</param>
/// <param name="Packed">Whether products pack their operands, in phases of their own, and leave what follows to steps behind them.</param>
sealed record DenseProducts(string Name, string Reason, Func<int, int, int, bool> Fits, bool Packed)
{
    /// <summary>The ways, in order: the first that fits is taken. Limits are measured; the bits are the same either way.</summary>
    public static ImmutableArray<DenseProducts> All { get; } =
    [
        new("column blocks", "too few samples share a packed weight: even at 64, with 1024 x 1024",
            (batch, _, _) => batch < FewestSamples, Packed: false),
        new("column blocks", "what follows runs on each block while it is in the cache: faster up to 700 x 700",
            (_, inputs, outputs) => (long)inputs * outputs < SmallestPackedWeight, Packed: false),
        new("column blocks", "the rows of a block fall into different sets of the caches: no slower at 1200 x 1200",
            (_, _, outputs) => outputs % PageFloats != 0, Packed: false),
        new("packed", "rows whole pages apart fall into the same sets of the caches, where they drive each other out",
            (_, _, _) => true, Packed: true),
    ];

    private const int FewestSamples = 256;
    private const long SmallestPackedWeight = 1024 * 1024;
    private const int PageFloats = 4096 / sizeof(float);

    /// <summary>The way for a layer.</summary>
    /// <param name="batch">The largest batch of the plan.</param>
    /// <param name="inputs">The layer's inputs.</param>
    /// <param name="outputs">The layer's outputs.</param>
    public static DenseProducts Choose(int batch, int inputs, int outputs) => All.First(way => way.Fits(batch, inputs, outputs));
}
