namespace Batchwise;

/// <summary>
/// Estimates population statistics with frozen parameters (paper, Algorithm 2, line 10): mean = E[batch mean], variance =
/// m / (m - 1) E[biased batch variance], averaged over many batches, each weighted by its samples. All layers are
/// estimated in one pass, each normalizing by its own batches meanwhile, as in training.
/// </summary>
sealed class PopulationEstimator
{
    private readonly NetworkState state;
    private readonly IExecutor executor;
    private readonly double[][] sums;
    private long samples;

    /// <summary>An estimator for a state.</summary>
    /// <param name="state">The state; <see cref="Commit"/> writes its population statistics.</param>
    /// <param name="capacity">The largest batch.</param>
    /// <param name="executor">Who runs the batches.</param>
    /// <param name="before">Adds steps that fill the input.</param>
    public PopulationEstimator(NetworkState state, int capacity, IExecutor executor, Action<PlanBuilder>? before = null)
    {
        this.state = state;
        this.executor = executor;
        Plan = Plan.Compile(state, NetworkMode.Statistics, capacity, StandardLayers.Catalogue, before);
        sums = [.. Plan.Staged.Select(staged => new double[staged.Next.Length])];
    }

    /// <summary>The plan that runs the batches; its input is filled before <see cref="Add"/>.</summary>
    public Plan Plan { get; }

    /// <summary>Whether a layer has statistics to estimate: frozen ones keep those they have.</summary>
    public static bool Concerns(Node node) =>
        node.Layer is not BatchStatisticsLayer { UseBatchStatistics: false }
        && node.Statistics.Any(spec => spec.Role == StatisticRole.Population);

    /// <summary>Runs the batch that lies in the plan's input and adds its statistics.</summary>
    public void Add(int count)
    {
        Plan.Run(executor, count);
        if (!Plan.Staged.All(staged => staged.IsFinite))
            throw new InvalidOperationException("A batch's statistics are not finite, so population statistics cannot be estimated: look at the data and the weights.");
        for (var i = 0; i < sums.Length; i++)
        {
            var next = Plan.Staged[i].Next;
            for (var c = 0; c < next.Length; c++)
                sums[i][c] += count * next[c];
        }
        samples += count;
    }

    /// <summary>Makes the averages the state's population statistics.</summary>
    public void Commit()
    {
        if (samples == 0)
            throw new InvalidOperationException("Population statistics need at least one batch.");
        for (var i = 0; i < sums.Length; i++)
        {
            for (var c = 0; c < sums[i].Length; c++)
                Plan.Staged[i].Target[c] = sums[i][c] / samples;
        }
    }

    /// <summary>
    /// The same network with every other normalization frozen, so that a pass estimates one layer while those
    /// before it use the population statistics that they have already.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="layer">The normalization to estimate.</param>
    public static Network Only(Network network, Node layer)
    {
        ArgumentNullException.ThrowIfNull(network);
        return network.Rewrite((node, inputs) =>
        {
            var name = node == network.InputNode ? node.ExplicitName : network.NameOf(node);
            return node == network.InputNode ? node
                : new Node(node == layer ? layer.Layer : Frozen(node.Layer), inputs, name);
        });

        static Layer Frozen(Layer layer) => layer is BatchStatisticsLayer normalization ? normalization with { UseBatchStatistics = false } : layer;
    }
}
