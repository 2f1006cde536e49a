using static System.FormattableString;

namespace Batchwise;

public sealed partial class Model
{
    private const ulong AdaptationSeed = 1;

    /// <summary>
    /// This model for data of another domain: its weights stay, its population statistics are estimated anew from examples of
    /// that domain, whose labels are not used (the paper's own future work, section 5; Li et al., arXiv 1603.04779).
    /// </summary>
    /// <remarks>
    /// <para>With a pseudo-count N, statistics estimated from n examples are blended with those the model has, as if these
    /// rested on N examples (Schneider et al., arXiv 2006.16971; Nado et al., arXiv 2006.10963, and Benz et al., arXiv
    /// 2010.03630, use N = 0):</para>
    /// <code>
    /// mean     = (N old mean     + n new mean)     / (N + n)
    /// variance = (N old variance + n new variance) / (N + n)
    /// </code>
    /// <para>As there, the distance between the two means is not added to the variance: the blend is a guarded estimate for the
    /// new domain, not the variance of both domains' data together.</para>
    /// <para>With N = 0 all layers are estimated in one pass, as Algorithm 2 does. With N above 0 each layer is estimated in a
    /// pass of its own, in which the layers before it normalize by their blended statistics, as they will in use.</para>
    /// <para>The examples are taken in a random but fixed order, so that files sorted by class do not give batches of one class.
    /// The moving averages become the same as the population statistics: those of the old domain say nothing of the new one.</para>
    /// </remarks>
    /// <param name="examples">Examples of the new domain, raw or prepared as for <see cref="Evaluate"/>.</param>
    /// <param name="batchSize">Examples per batch, fewer where there are fewer; those that do not fill a batch are left out. Default: 60.</param>
    /// <param name="pseudoCount">N, 0 or more; infinity leaves the statistics as they are. Default: 0, the new domain alone.</param>
    /// <returns>The adapted model; this one stays as it is.</returns>
    /// <exception cref="InvalidOperationException">The model has no statistics to adapt, because it is folded or was made without batch normalization.</exception>
    /// <exception cref="ArgumentException">The examples do not fit, or a number lies outside its range.</exception>
    public Model Adapt(IExamples examples, int batchSize = 60, double pseudoCount = 0)
    {
        Examples.RequireShape(examples, Network);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (!(pseudoCount >= 0))
            throw new ArgumentOutOfRangeException(nameof(pseudoCount), Invariant($"A pseudo-count is 0 or more, not {pseudoCount}: it says on how many examples the old statistics count as resting."));
        if (!Network.Nodes.Any(PopulationEstimator.Concerns))
            throw NothingToAdapt();

        var adapted = State.Clone();
        var prepared = Prepared(examples);
        var batch = Math.Min(batchSize, examples.Count);
        var order = new int[examples.Count];
        EpochOrder.Fill(order, AdaptationSeed, 0);
        using var pool = new WorkerPool(Environment.ProcessorCount);
        if (pseudoCount == 0)
            PopulationPass.Run(adapted, prepared, order, batch, pool);
        foreach (var node in Network.Nodes.Where(PopulationEstimator.Concerns))
        {
            if (pseudoCount > 0)
            {
                var single = NetworkState.Create(PopulationEstimator.Only(Network, node), 0);
                single.CopyMatching(adapted);
                var used = PopulationPass.Run(single, prepared, order, batch, pool);
                adapted.CopyMatching(single);
                PopulationBlend.Blend(State, adapted, node, used / (pseudoCount + used));
            }
            PopulationBlend.RestartMoving(adapted, node);
        }
        return new Model(adapted, Meaning) { ClassNames = ClassNames, Preprocessing = Preprocessing };
    }

    private InvalidOperationException NothingToAdapt() => new(Network.Nodes.Any(node => node.Layer is ChannelAffine)
        ? "The model is folded: its statistics are part of its weights. Adapt the model from before Fold() (Trainer.ToModel, or the file of 'batchwise train'), then fold the result."
        : "The model has no batch normalization with statistics to adapt: if it was folded, adapt the model from before (Trainer.ToModel, or the file of 'batchwise train') and fold the result; else train it with batch normalization that is not frozen.");
}
