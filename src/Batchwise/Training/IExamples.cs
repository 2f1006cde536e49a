using System.Collections.Immutable;
using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// Labelled examples for training and evaluation: the port through which data reaches a trainer. Implementations must
/// allow several threads to copy at once, and must not use the trainer or the model that asks, which waits for them. Examples that
/// are made of others derive from <see cref="ExamplesView"/>, which passes on all members of those, also the ones that have a default.
/// </summary>
public interface IExamples
{
    /// <summary>How many examples there are.</summary>
    int Count { get; }

    /// <summary>The shape of one example's input.</summary>
    Shape Shape { get; }

    /// <summary>The number of classes; labels lie in [0, Classes).</summary>
    int Classes { get; }

    /// <summary>
    /// The names of the classes by number, as many as <see cref="Classes"/>; empty, the default, where they have none. A trainer and its
    /// model take them over and compare them with those of other examples, so that a label is never taken for another class.
    /// </summary>
    ImmutableArray<string> ClassNames => [];

    /// <summary>
    /// What was done to the inputs already. By default nothing: they are raw, and a model applies its own preprocessing to them.
    /// </summary>
    Preprocessing Preprocessing => Preprocessing.None;

    /// <summary>Copies one example's input.</summary>
    /// <param name="index">Which example, in [0, Count).</param>
    /// <param name="destination">Receives <see cref="Shape"/>.Size values, channels last.</param>
    void CopyInput(int index, Span<float> destination);

    /// <summary>
    /// Copies one example's input as one step of training sees it. Examples that are changed at random (<c>Augmentation</c>) draw the
    /// change from seed, step and example alone; by default the input is as <see cref="CopyInput"/> gives it, which is what
    /// evaluation and population statistics always see. A training step allocates nothing, and neither may this.
    /// </summary>
    /// <param name="index">Which example, in [0, Count).</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">The step, from 0.</param>
    /// <param name="destination">Receives <see cref="Shape"/>.Size values, channels last.</param>
    void CopyTrainingInput(int index, ulong seed, long step, Span<float> destination) => CopyInput(index, destination);

    /// <summary>The class of one example.</summary>
    /// <param name="index">Which example, in [0, Count).</param>
    int Label(int index);

    /// <summary>
    /// Copies what the network's outputs shall be for one example, for losses that compare values rather than name a class.
    /// By default the class as one value of 1 among zeros, for as many outputs as classes; for a single output the label itself. Override it
    /// to regress.
    /// </summary>
    /// <param name="index">Which example, in [0, Count).</param>
    /// <param name="target">Receives one value per output of the network.</param>
    /// <exception cref="InvalidOperationException">The network has several outputs, but not one per class.</exception>
    void CopyTarget(int index, Span<float> target)
    {
        var label = Label(index);
        if (target.Length == 1)
        {
            target[0] = label;
            return;
        }
        if (target.Length != Classes || (uint)label >= (uint)Classes)
            throw new InvalidOperationException(Invariant($"Example {index} is of class {label} of {Classes}, and the network has {target.Length} outputs: give its last layer an output per class, or override CopyTarget."));
        target.Clear();
        target[label] = 1;
    }
}
