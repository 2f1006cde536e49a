using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// The loss and the gradients of a training step that is not taken: what a batch says about a state as it is now. Neither
/// parameters nor statistics change. It works on the thread that calls it.
/// </summary>
public sealed class GradientProbe
{
    private readonly NetworkState state;
    private readonly TrainingPlan plan;
    private readonly Loss loss;
    private readonly SerialExecutor executor = new();

    /// <summary>A probe of a state.</summary>
    /// <param name="state">The state to look at; later changes of its values are seen.</param>
    /// <param name="batchSize">The largest batch.</param>
    /// <param name="loss">The loss. Default: softmax cross-entropy.</param>
    /// <exception cref="ArgumentException">The network has no parameter to train, or outputs that cannot be the logits that the loss takes.</exception>
    public GradientProbe(NetworkState state, int batchSize, Loss? loss = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        this.state = state;
        this.loss = loss ?? Loss.SoftmaxCrossEntropy;
        Logits.Require(state.Network, this.loss.Meaning);
        plan = new TrainingPlan(state, null, this.loss, [], batchSize);
    }

    /// <summary>Runs one batch forward and backward, in training mode.</summary>
    /// <param name="examples">Where the batch comes from, prepared as those that the network learns from.</param>
    /// <param name="places">Which examples it holds.</param>
    /// <param name="seed">Fixes the masks of dropout. Default: 0.</param>
    /// <returns>The batch's mean loss; infinite or NaN where the values are.</returns>
    /// <exception cref="ArgumentException">The examples do not fit the network, or the batch is empty or larger than the probe's.</exception>
    public double Run(IExamples examples, ReadOnlySpan<int> places, ulong seed = 0)
    {
        Examples.RequireFit(examples, state.Network, loss, []);
        if (places.IsEmpty || places.Length > plan.Plan.Capacity)
            throw new ArgumentException(Invariant($"This probe takes batches of 1 to {plan.Plan.Capacity} examples, not {places.Length}."), nameof(places));
        plan.Load.Examples = examples;
        plan.Load.Take(places.ToArray(), 0);
        plan.Plan.CurrentRun.Seed = seed;
        plan.Plan.Run(executor, places.Length);
        return plan.Loss.Mean(places.Length);
    }

    /// <summary>The gradient of the batch that ran last, with respect to one parameter; valid until the next run.</summary>
    /// <param name="parameter">The parameter's name: <c>dense1.weight</c>.</param>
    /// <returns>The mean loss's gradient, laid out as the parameter.</returns>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public ReadOnlySpan<float> Gradient(string parameter) =>
        state.Parameters.FirstOrDefault(entry => entry.Name == parameter) is { } entry
            ? plan.Plan.Memory.Gradients.Span(entry.Offset, entry.Spec.Shape.Size)
            : throw new ArgumentException($"The network has no parameter '{parameter}'; it has {string.Join(", ", state.ParameterNames)}.", nameof(parameter));
}
