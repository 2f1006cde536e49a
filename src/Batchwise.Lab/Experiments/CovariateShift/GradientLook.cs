using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>
/// What fixed batches say of the gradients of a state: how they change once earlier layers have taken their step (Santurkar et
/// al. 2018, definition 2.1), and along the gradient (section 3.2 there).
/// </summary>
sealed class GradientLook
{
    // Step sizes along the gradient, in learning rates.
    private static readonly ImmutableArray<double> Sizes = [0.5, 1, 1.5, 2, 3, 4];

    private readonly NetworkState scratch;
    private readonly GradientProbe probe;
    private readonly Dataset examples;
    private readonly ImmutableArray<ImmutableArray<int>> batches;
    // The parameters of each layer of weights: its own, and those of what stands between it and the next.
    private readonly ImmutableArray<ImmutableArray<string>> layers;
    private readonly ImmutableArray<string> weights;

    /// <summary>Prepares looks at states of a network.</summary>
    /// <param name="state">A state of the network, of which nothing is changed.</param>
    /// <param name="examples">Held-out examples.</param>
    /// <param name="batch">Examples per batch.</param>
    /// <param name="count">How many batches; fewer if there are not as many examples.</param>
    public GradientLook(NetworkState state, Dataset examples, int batch, int count)
    {
        var size = Math.Min(batch, examples.Count);
        (this.examples, scratch) = (examples, state.Clone());
        probe = new GradientProbe(scratch, size);
        batches = [.. Enumerable.Range(0, Math.Clamp(examples.Count / size, 1, count)).Select(i => Enumerable.Range(i * size, size).ToImmutableArray())];
        var network = state.Network;
        var groups = new List<List<string>>();
        foreach (var node in network.Nodes)
        {
            if (node.Layer is Dense)
                groups.Add([]);
            if (groups.Count > 0)
                groups[^1].AddRange(node.Parameters.Select(parameter => $"{network.NameOf(node)}.{parameter.Name}"));
        }
        layers = [.. groups.Select(names => names.ToImmutableArray())];
        weights = [.. layers.Select(names => names[0])];
    }

    /// <summary>Looks at a state: the means over the batches.</summary>
    /// <param name="state">The state; it stays as it is.</param>
    /// <param name="rate">The rate of its training.</param>
    /// <param name="seed">Fixes the noise, the same before and after a step: only parameters differ.</param>
    public (ImmutableArray<GradientChange> Changes, LandscapeLook Landscape) Look(NetworkState state, double rate, ulong seed)
    {
        var looks = batches.Select(batch => One(state, batch.AsSpan(), rate, seed)).ToArray();
        double Mean(Func<(GradientChange[] Changes, LandscapeLook Landscape), double> of) => Sample.Mean([.. looks.Select(of)]);
        return ([.. weights.Skip(1).Select((_, i) => new GradientChange(Mean(look => look.Changes[i].Distance), Mean(look => look.Changes[i].Relative), Mean(look => look.Changes[i].Cosine)))],
            new(Mean(look => look.Landscape.Variation), Mean(look => look.Landscape.Predictiveness), Mean(look => look.Landscape.Smoothness)));
    }

    private (GradientChange[] Changes, LandscapeLook Landscape) One(NetworkState state, ReadOnlySpan<int> batch, double rate, ulong seed)
    {
        scratch.CopyMatching(state);
        probe.Run(examples, batch, seed);
        var start = Read(layers.SelectMany(names => names));
        var changes = new GradientChange[layers.Length - 1];
        for (var layer = 1; layer < layers.Length; layer++)
        {
            // Those before have their step already.
            Step(state, start, layers[layer - 1], rate);
            probe.Run(examples, batch, seed);
            changes[layer - 1] = Change(start[weights[layer]], probe.Gradient(weights[layer]));
        }
        return (changes, Along(state, start, batch, rate, seed));
    }

    private LandscapeLook Along(NetworkState state, Dictionary<string, float[]> start, ReadOnlySpan<int> batch, double rate, ulong seed)
    {
        var norm = Math.Sqrt(start.Values.Sum(values => values.Sum(value => (double)value * value)));
        var (least, largest, distance, smoothness) = (double.PositiveInfinity, double.NegativeInfinity, 0.0, 0.0);
        foreach (var size in Sizes)
        {
            Step(state, start, start.Keys, size * rate);
            var loss = probe.Run(examples, batch, seed);
            var apart = Math.Sqrt(start.Sum(pair => Squares(pair.Value, probe.Gradient(pair.Key))));
            (least, largest, distance) = (Math.Min(least, loss), Math.Max(largest, loss), Math.Max(distance, apart));
            smoothness = Math.Max(smoothness, apart / (size * rate * norm));
        }
        return new(largest - least, distance, smoothness);
    }

    private Dictionary<string, float[]> Read(IEnumerable<string> names) => names.ToDictionary(name => name, name => probe.Gradient(name).ToArray());

    private void Step(NetworkState state, Dictionary<string, float[]> gradients, IEnumerable<string> names, double size)
    {
        foreach (var name in names)
        {
            var from = state.Parameter(name);
            var to = scratch.Parameter(name);
            var gradient = gradients[name];
            for (var i = 0; i < gradient.Length; i++)
                to[i] = (float)(from[i] - size * gradient[i]);
        }
    }

    private static GradientChange Change(ReadOnlySpan<float> before, ReadOnlySpan<float> after)
    {
        var (product, first, second) = (0.0, 0.0, 0.0);
        for (var i = 0; i < before.Length; i++)
        {
            product += (double)before[i] * after[i];
            first += (double)before[i] * before[i];
            second += (double)after[i] * after[i];
        }
        var distance = Math.Sqrt(Squares(before, after));
        return new(distance, distance / Math.Sqrt(first), product / Math.Sqrt(first * second));
    }

    private static double Squares(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        var sum = 0.0;
        for (var i = 0; i < one.Length; i++)
            sum += ((double)one[i] - other[i]) * ((double)one[i] - other[i]);
        return sum;
    }
}
