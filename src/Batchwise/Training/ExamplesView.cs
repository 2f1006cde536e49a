using System.Collections.Immutable;

namespace Batchwise;

/// <summary>
/// Examples made of others, to derive from: every member gives what the others give, so that a view changes what it overrides and loses
/// nothing else, such as class names, preprocessing or augmentation.
/// </summary>
/// <param name="source">The others.</param>
public abstract class ExamplesView(IExamples source) : IExamples
{
    /// <inheritdoc/>
    public virtual int Count => source.Count;

    /// <inheritdoc/>
    public virtual Shape Shape => source.Shape;

    /// <inheritdoc/>
    public virtual int Classes => source.Classes;

    /// <inheritdoc/>
    public virtual ImmutableArray<string> ClassNames => source.ClassNames;

    /// <inheritdoc/>
    public virtual Preprocessing Preprocessing => source.Preprocessing;

    /// <summary>
    /// The example of the others that an example here is made of. By default the one of the same number: a view that chooses or reorders
    /// overrides this and <see cref="Count"/>.
    /// </summary>
    /// <param name="index">Which example here, in [0, Count).</param>
    protected virtual int Place(int index) => index;

    /// <inheritdoc/>
    public virtual void CopyInput(int index, Span<float> destination) => source.CopyInput(Place(index), destination);

    /// <inheritdoc/>
    public virtual void CopyTrainingInput(int index, ulong seed, long step, Span<float> destination) =>
        source.CopyTrainingInput(Place(index), seed, step, destination);

    /// <inheritdoc/>
    public virtual int Label(int index) => source.Label(Place(index));

    /// <inheritdoc/>
    public virtual void CopyTarget(int index, Span<float> target) => source.CopyTarget(Place(index), target);
}
