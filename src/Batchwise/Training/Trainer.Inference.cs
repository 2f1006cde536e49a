namespace Batchwise;

public sealed partial class Trainer
{
    private const int EvaluationBatch = 250;

    /// <summary>
    /// The trained network for use: population statistics are estimated from examples (Algorithm 2) and folded into the
    /// weights, so that no batch normalization is left. The trainer's state keeps the population statistics until the next step. The model has
    /// the trainer's <see cref="ClassNames"/> and <see cref="Preprocessing"/>.
    /// </summary>
    /// <param name="examples">The training examples, raw or prepared as those that were learned from.</param>
    /// <param name="batchSize">Examples per batch of the population pass, best as many as in training; fewer where there are fewer. Default: 60.</param>
    /// <exception cref="ArgumentException">The examples do not fit the network, or are prepared otherwise than by <see cref="Preprocessing"/>.</exception>
    /// <exception cref="InvalidOperationException">A statistic is not finite, or a batch leaves a normalization a single value per channel.</exception>
    public Model ToInference(IExamples examples, int batchSize = 60)
    {
        lock (working)
        {
            EstimatePopulation(examples, batchSize);
            return ModelOf(Folding.Fold(State, StatisticsSource.PopulationElseMoving));
        }
    }

    /// <summary>A copy of the network as it is, with its batch normalizations and all statistics, class names and preprocessing.</summary>
    public Model ToModel()
    {
        lock (working)
            return ModelOf(State.Clone());
    }

    /// <summary>
    /// Estimates the population statistics of every batch normalization from examples, with frozen parameters (paper,
    /// Algorithm 2, line 10), and keeps them in the state until the next step. Does nothing in a network without.
    /// </summary>
    /// <param name="examples">
    /// The training examples, raw or prepared as those that were learned from, taken in a random order that the seed fixes; the few that do
    /// not fill a batch are left out.
    /// </param>
    /// <param name="batchSize">Examples per batch, best as many as in training; fewer where there are fewer. Default: 60.</param>
    /// <param name="layerByLayer">
    /// Whether each layer is estimated in a pass of its own in which the layers before it use their population
    /// statistics, as in inference. Default: no; all at once, each normalizing by its batches, as the paper does.
    /// </param>
    /// <param name="cancellationToken">Ends it after the batch at hand.</param>
    /// <exception cref="ArgumentException">The examples do not fit the network, or are prepared otherwise than by <see cref="Preprocessing"/>.</exception>
    /// <exception cref="InvalidOperationException">A statistic is not finite, or a batch leaves a normalization a single value per channel.</exception>
    /// <exception cref="OperationCanceledException">It was ended; the statistics are as they were.</exception>
    public void EstimatePopulation(IExamples examples, int batchSize = 60, bool layerByLayer = false, CancellationToken cancellationToken = default)
    {
        Examples.RequireShape(examples, Network);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        lock (working)
        {
            preprocessing ??= examples.Preprocessing;
            examples = preprocessing.Complete(examples);
            if (!Network.Nodes.Any(PopulationEstimator.Concerns))
                return;
            var batch = Math.Min(batchSize, examples.Count);
            if (layerByLayer)
                EstimateByLayer(examples, batch, cancellationToken);
            else
                Estimate(State, examples, batch, cancellationToken);
        }
    }

    // All of them or none: who asks for statistics is not to get those of some layers from here and those of others from elsewhere.
    private void EstimateByLayer(IExamples examples, int batchSize, CancellationToken cancellationToken)
    {
        var estimated = State.Clone();
        foreach (var node in Network.Nodes.Where(PopulationEstimator.Concerns))
        {
            var frozen = NetworkState.Create(PopulationEstimator.Only(Network, node), Seed);
            frozen.CopyMatching(estimated);
            Estimate(frozen, examples, batchSize, cancellationToken);
            estimated.CopyMatching(frozen);
        }
        State.CopyMatching(estimated);
    }

    /// <summary>How the network answers examples now, in inference mode.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="source">Which statistics it uses. Default: the moving averages, which follow the run.</param>
    /// <exception cref="ArgumentException">
    /// The examples do not fit the network, have classes of other names than those learned or fewer classes without names, or are prepared
    /// otherwise than by <see cref="Preprocessing"/>.
    /// </exception>
    /// <exception cref="InvalidOperationException">An input is not finite, or the population statistics are asked for and unknown.</exception>
    public Evaluation Evaluate(IExamples examples, StatisticsSource source = StatisticsSource.Moving)
    {
        lock (working)
        {
            Examples.RequireFit(examples, Network, Loss, ClassNames);
            evaluator ??= new Evaluator(State, Loss, EvaluationBatch, executor);
            return evaluator.Run(Completed(examples), source);
        }
    }

    /// <summary>A look at one layer's output while the network is trained.</summary>
    /// <param name="layer">The layer's name.</param>
    /// <exception cref="ArgumentException">There is no layer of that name.</exception>
    public LayerProbe Probe(string layer) => new(State, layer, executor, working, Completed);

    private Evaluator? evaluator;

    private Model ModelOf(NetworkState state) => new(state, Loss.Meaning) { ClassNames = ClassNames, Preprocessing = Preprocessing };

    // Before anything was learned nothing is known of the examples, and they are taken as they are.
    private IExamples Completed(IExamples examples) => preprocessing?.Complete(examples) ?? examples;

    // In a random order, as training takes them: batches of examples that lie side by side may be of one class.
    private void Estimate(NetworkState state, IExamples examples, int batchSize, CancellationToken cancellationToken)
    {
        var places = new int[examples.Count];
        EpochOrder.Fill(places, Seed, 0);
        PopulationPass.Run(state, examples, places, batchSize, executor, cancellationToken);
    }

    /// <summary>Makes the population statistics unknown: they are of weights that have changed. Frozen layers are given theirs for good.</summary>
    private void ForgetPopulation()
    {
        foreach (var values in populationStatistics)
        {
            if (!double.IsNaN(values[0]))
                values.AsSpan().Fill(double.NaN);
        }
    }
}
