namespace Batchwise;

/// <summary>
/// A look at one layer's output under the present values of a state that may go on changing, as while it is trained.
/// Looking changes nothing.
/// </summary>
public sealed class LayerProbe
{
    private const int DefaultBatch = 250;

    private readonly NetworkState live;
    private readonly NetworkState part;
    private readonly Evaluator evaluator;
    private readonly Lock working;
    private readonly Func<IExamples, IExamples> complete;

    /// <summary>A probe of a layer; it works on the thread that reads it.</summary>
    /// <param name="state">The state to look at.</param>
    /// <param name="layer">The layer's name.</param>
    /// <param name="mode">
    /// How the network is run. Default: inference. In training mode each batch is normalized by its own statistics and
    /// dropout is on; a statistics pass differs from it by leaving dropout out.
    /// </param>
    /// <param name="batchSize">Examples per batch, which decides whose statistics normalize whom. Default: 250.</param>
    /// <exception cref="ArgumentException">There is no layer of that name.</exception>
    public LayerProbe(NetworkState state, string layer, NetworkMode mode = NetworkMode.Inference, int batchSize = DefaultBatch)
        : this(state, layer, new SerialExecutor(), new Lock(), examples => examples, mode, batchSize)
    {
    }

    internal LayerProbe(
        NetworkState live, string layer, IExecutor executor, Lock working, Func<IExamples, IExamples> complete,
        NetworkMode mode = NetworkMode.Inference, int batchSize = DefaultBatch)
    {
        ArgumentNullException.ThrowIfNull(live);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        this.live = live;
        this.working = working;
        this.complete = complete;
        part = NetworkState.Create(live.Network.Until(layer), 0);
        evaluator = new Evaluator(part, Loss.MeanSquaredError, batchSize, executor, mode);
    }

    /// <summary>The layer's output under the weights of this moment.</summary>
    /// <param name="examples">
    /// The examples, taken in their order; the last batch has what is left. A trainer's probe takes them as <see cref="Trainer.Evaluate"/>
    /// does; others take their inputs as they are, prepared or not.
    /// </param>
    /// <param name="source">Which statistics layers use that do not use the batch's. Default: the moving averages.</param>
    /// <param name="seed">Fixes the masks of dropout, each batch its own, in training mode. Default: 0.</param>
    /// <returns>[examples, the layer's output].</returns>
    /// <exception cref="InvalidOperationException">The mode normalizes by the batch, and the last batch leaves one value per channel.</exception>
    public float[] Read(IExamples examples, StatisticsSource source = StatisticsSource.Moving, ulong seed = 0)
    {
        Examples.RequireShape(examples, part.Network);
        var size = part.Network.OutputShape.Size;
        var all = new float[checked(examples.Count * size)];
        lock (working)
        {
            part.CopyMatching(live);
            evaluator.Run(complete(examples), source, (first, outputs, count) => outputs[..(count * size)].CopyTo(all.AsSpan(first * size)), seed);
        }
        return all;
    }
}
