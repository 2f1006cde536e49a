namespace Batchwise;

/// <summary>One pass of Algorithm 2, line 10, over examples: population statistics into a state, with frozen parameters.</summary>
static class PopulationPass
{
    /// <summary>Estimates and commits the population statistics of all layers that are not frozen.</summary>
    /// <param name="state">The state.</param>
    /// <param name="examples">The examples; their labels are not used.</param>
    /// <param name="places">Which of them, in order; the few that do not fill a batch are left out.</param>
    /// <param name="batchSize">Examples per batch.</param>
    /// <param name="executor">Who runs the batches.</param>
    /// <param name="cancellationToken">Ends the pass after the batch at hand.</param>
    /// <returns>How many examples were used.</returns>
    /// <exception cref="OperationCanceledException">It was ended; the state is as it was.</exception>
    public static int Run(NetworkState state, IExamples examples, int[] places, int batchSize, IExecutor executor, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LoadStep? load = null;
        var estimator = new PopulationEstimator(state, batchSize, executor, builder =>
            builder.Emit(load = new LoadStep(builder.Value(builder.Network.InputNode), null, 0, labelled: false)));
        load!.Examples = examples;
        var first = 0;
        for (; first + batchSize <= places.Length; first += batchSize)
        {
            load.Take(places, first);
            estimator.Add(batchSize);
            cancellationToken.ThrowIfCancellationRequested();
        }
        estimator.Commit();
        return first;
    }
}
