namespace Batchwise;

/// <summary>
/// Inputs without labels, for what asks for none: <see cref="Model.Adapt"/>, population statistics, predictions. Training on them, or scoring
/// them, is refused.
/// </summary>
/// <param name="inputs">The inputs; their labels are not used.</param>
/// <remarks>Any number of threads may read at once.</remarks>
public sealed class UnlabelledExamples(Dataset inputs) : IExamples
{
    private readonly Dataset inputs = inputs ?? throw new ArgumentNullException(nameof(inputs));

    /// <summary>What to call them in a figure or a report.</summary>
    public string Name => inputs.Name;

    /// <inheritdoc/>
    public int Count => inputs.Count;

    /// <inheritdoc/>
    public Shape Shape => inputs.Shape;

    /// <summary>0: there are no classes.</summary>
    public int Classes => 0;

    /// <inheritdoc/>
    public void CopyInput(int index, Span<float> destination) => inputs.CopyInput(index, destination);

    /// <summary>Is refused.</summary>
    /// <param name="index">Any.</param>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public int Label(int index) => throw new InvalidOperationException(
        $"{Name} has no labels, and training and scoring need them: give labelled examples, such as images in class folders or IDX files with their labels.");

    /// <summary>Is refused.</summary>
    /// <param name="index">Any.</param>
    /// <param name="target">Stays as it is.</param>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public void CopyTarget(int index, Span<float> target) => Label(index);
}
