using System.Collections.Immutable;
using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// The data-dependent first values of weight normalization (Salimans and Kingma, arXiv 1602.07868, section 3): layer by
/// layer, g = 1 / sigma and b = -mu / sigma of each output over one batch, so that it has mean 0 and variance 1 there.
/// </summary>
public static class WeightNormalizationInitializer
{
    /// <summary>
    /// Sets g and b of every layer with weight normalization; a layer without b gets its g alone, and keeps its mean. Other
    /// layers work as in a statistics pass meanwhile: normalizations use the batch, dropout drops nothing.
    /// </summary>
    /// <param name="state">The state, which it changes: all layers or, where it throws, none.</param>
    /// <param name="examples">The training examples; the batch is taken evenly spaced from all of them.</param>
    /// <param name="batchSize">Examples of the batch, at least 2; the paper takes one minibatch.</param>
    /// <exception cref="ArgumentException">No layer has weight normalization, or the examples do not fit or fill a batch.</exception>
    /// <exception cref="InvalidOperationException">An output is the same for the whole batch, or not finite.</exception>
    public static void Initialize(NetworkState state, IExamples examples, int batchSize)
    {
        ArgumentNullException.ThrowIfNull(state);
        Examples.RequireShape(examples, state.Network);
        if (batchSize < 2 || batchSize > examples.Count)
            throw new ArgumentOutOfRangeException(nameof(batchSize), Invariant($"A variance over {batchSize} of {examples.Count} examples cannot be had: the batch has 2 examples or more, and no more than there are."));
        ImmutableArray<Node> layers = [.. state.Network.Nodes.Where(node => node.Layer is LinearLayer { Reparameterization: WeightNormalization })];
        if (layers.IsEmpty)
            throw new ArgumentException("No layer of the network has weight normalization: call WithWeightNormalization() on it first.");

        var size = state.Network.InputShape.Size;
        var batch = new float[checked(batchSize * size)];
        for (var i = 0; i < batchSize; i++)
            examples.CopyInput((int)((long)i * examples.Count / batchSize), batch.AsSpan(i * size, size));
        var next = state.Clone();
        foreach (var layer in layers)
            Initialize(next, layer, batch, batchSize);
        state.CopyMatching(next);
    }

    private static void Initialize(NetworkState state, Node layer, float[] batch, int count)
    {
        var name = state.Network.NameOf(layer);
        var g = state.Parameter($"{name}.g");
        var b = ((LinearLayer)layer.Layer).Bias ? state.Parameter($"{name}.bias") : default;
        g.Fill(1);
        b.Clear();
        var outputs = Outputs(state, name, batch, count);
        for (var c = 0; c < g.Length; c++)
        {
            double mean = 0, variance = 0;
            for (var i = 0; i < count; i++)
                mean += (double)outputs[i * g.Length + c] / count;
            for (var i = 0; i < count; i++)
                variance += (outputs[i * g.Length + c] - mean) * (outputs[i * g.Length + c] - mean) / count;
            var scale = 1 / Math.Sqrt(variance);
            if (!double.IsFinite(scale) || scale == 0)
                throw new InvalidOperationException(Invariant($"Output {c} of '{name}' has variance {variance} over the batch and cannot be brought to 1: take a larger batch, or look at the data and the first weights."));
            g[c] = (float)scale;
            if (!b.IsEmpty)
                b[c] = (float)(-mean * scale);
        }
    }

    /// <summary>The layer's output for the batch, of what comes before it alone.</summary>
    private static float[] Outputs(NetworkState state, string layer, float[] batch, int count)
    {
        var part = NetworkState.Create(state.Network.Until(layer), 0);
        part.CopyMatching(state);
        var plan = Plan.Compile(part, NetworkMode.Statistics, count, StandardLayers.Catalogue);
        plan.SetInput(batch, count);
        plan.Run(new SerialExecutor(), count);
        var outputs = new float[count * part.Network.OutputShape.Size];
        plan.Read(plan.Output, outputs, count);
        return outputs;
    }
}
