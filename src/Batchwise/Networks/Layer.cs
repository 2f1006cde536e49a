using System.Collections.Immutable;

namespace Batchwise;

/// <summary>
/// A layer's configuration: what it is called, what it needs and what it computes. A layer holds no weights and no
/// statistics; it says which it needs, and its reference computes with those that it is given. To add a layer of your own,
/// derive a record, state its shape rule and its reference: plans run it through the reference until a faster kernel is
/// registered for it.
/// </summary>
public abstract record Layer
{
    /// <summary>The kind's name, in model files and in automatic layer names: <c>dense</c>, <c>batchNorm</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>The settings that a model file keeps.</summary>
    public virtual LayerAttributes Attributes => LayerAttributes.Empty;

    /// <summary>The shape of the output for inputs of given shapes.</summary>
    /// <param name="inputs">The shapes of one sample's inputs.</param>
    /// <exception cref="ArgumentException">The layer cannot take them; the message says what it needs.</exception>
    public abstract Shape OutputShape(ReadOnlySpan<Shape> inputs);

    /// <summary>The trainable tensors it needs; none by default.</summary>
    /// <param name="inputs">The shapes of one sample's inputs.</param>
    public virtual ImmutableArray<ParameterSpec> Parameters(ReadOnlySpan<Shape> inputs) => [];

    /// <summary>The statistics it accumulates; none by default.</summary>
    /// <param name="inputs">The shapes of one sample's inputs.</param>
    public virtual ImmutableArray<StatisticSpec> Statistics(ReadOnlySpan<Shape> inputs) => [];

    /// <summary>
    /// Whether training takes a constant that is added to a channel of the input out again and the layer has a shift of its
    /// own instead, so that passes drop a bias right before it (paper, section 3.2). Default: no.
    /// </summary>
    public virtual bool SubsumesBias => false;

    /// <summary>Multiply-adds of one sample's forward pass; 0 for layers without products.</summary>
    /// <param name="inputs">The shapes of one sample's inputs.</param>
    public virtual long MultiplyAdds(ReadOnlySpan<Shape> inputs) => 0;

    /// <summary>The reference: the output from the inputs, in float64, plainly.</summary>
    /// <param name="pass">What it reads and writes.</param>
    public abstract void Forward(ReferencePass pass);

    /// <summary>
    /// The reference: adds the gradients with respect to inputs and parameters, from the output's gradient and whatever
    /// forward read and wrote.
    /// </summary>
    /// <param name="pass">What it reads and writes.</param>
    public abstract void Backward(ReferencePass pass);

    /// <summary>Whether plans run it on maps whose rows lie apart, as those of some channels of a larger map do. Default: no.</summary>
    internal virtual bool ReadsRowsApart => false;

    /// <summary>Whether plans leave its output's gradient as it is, so that others may share it. Default: no, some work on it in place.</summary>
    internal virtual bool LeavesItsGradient => false;

    /// <summary>Sets those first values of parameters that follow from drawn ones; there are none by default.</summary>
    internal virtual void CompleteParameters(NetworkState state, Node node)
    {
    }

    /// <summary>The single input's shape.</summary>
    /// <param name="inputs">The shapes of all inputs.</param>
    /// <exception cref="ArgumentException">There are several.</exception>
    protected Shape OnlyInput(ReadOnlySpan<Shape> inputs) => inputs.Length == 1
        ? inputs[0]
        : throw new ArgumentException($"A {Kind} layer takes one input, not {inputs.Length}.");
}
