namespace Batchwise.Kernels;

/// <summary>
/// The gradient of a convolution's result that is nowhere in memory: the backward correction of the normalization behind it, computed
/// from that one's input and the gradient of its result, for the rows that are asked for.
/// </summary>
internal readonly ref struct CorrectedRows
{
    /// <summary>The normalization's input, which is the convolution's result: [rows, channels].</summary>
    public required ReadOnlySpan<float> X { get; init; }

    /// <summary>Floats from one row of it to the next.</summary>
    public required int XStride { get; init; }

    /// <summary>All channels' mean, scale and shift.</summary>
    public required NormalizationVectors Vectors { get; init; }

    /// <summary>The correction through the variance: [channels].</summary>
    public required ReadOnlySpan<float> Slope { get; init; }

    /// <summary>The correction through the mean: [channels].</summary>
    public required ReadOnlySpan<float> Offset { get; init; }

    /// <summary>The function behind the normalization.</summary>
    public required ActivationFunction Function { get; init; }

    /// <summary>Whether there is one: a default has none.</summary>
    public bool IsThere => !X.IsEmpty;

    /// <summary>Computes some rows of all channels.</summary>
    /// <param name="dy">The gradient of the normalization's result: [rows, channels].</param>
    /// <param name="dyStride">Floats from one row of it to the next.</param>
    /// <param name="first">The first row.</param>
    /// <param name="rows">How many.</param>
    /// <param name="target">Receives them: [rows, channels].</param>
    /// <param name="targetStride">Floats from one row of it to the next.</param>
    public void Read(ReadOnlySpan<float> dy, int dyStride, int first, int rows, Span<float> target, int targetStride) =>
        NormalizeRowsBackward.Correct(
            X[(first * XStride)..], XStride, dy[(first * dyStride)..], dyStride, target, targetStride, Vectors, Slope, Offset, rows, Slope.Length, Function,
            accumulate: false, large: false);
}
