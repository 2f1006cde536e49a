namespace Batchwise;

/// <summary>One layer's output, in inference mode, for examples that stay the same while a network is trained.</summary>
public sealed class LayerProbe
{
    private readonly NetworkState live;
    private readonly NetworkState part;
    private readonly Evaluator evaluator;

    internal LayerProbe(NetworkState live, string layer, IExecutor executor, int batch)
    {
        this.live = live;
        part = NetworkState.Create(live.Network.Until(layer), 0);
        evaluator = new Evaluator(part, Loss.MeanSquaredError, batch, executor);
    }

    /// <summary>The layer's output under the weights of this moment.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="source">Which statistics layers before it use. Default: the moving averages.</param>
    /// <returns>[examples, the layer's output].</returns>
    public float[] Read(IExamples examples, StatisticsSource source = StatisticsSource.Moving)
    {
        Examples.RequireShape(examples, part.Network);
        part.CopyMatching(live);
        var size = part.Network.OutputShape.Size;
        var all = new float[checked(examples.Count * size)];
        evaluator.Run(examples, source, (first, outputs, count) => outputs[..(count * size)].CopyTo(all.AsSpan(first * size)));
        return all;
    }
}
