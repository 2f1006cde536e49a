using System.Collections.Immutable;

namespace Batchwise;

/// <summary>What the channels of one layer's output did over the examples.</summary>
sealed class ChannelRecord
{
    /// <summary>
    /// Where a function with flat ends counts as saturated: its derivative is below this share of its largest. At a
    /// twentieth a sigmoid gives 0.987 or 0.013 (its input is 4.4 or -4.4), a hyperbolic tangent 0.975 (2.2), an ELU layer
    /// -0.95 (-3).
    /// </summary>
    private const double SaturatedSlope = 0.05;

    private readonly Func<float, bool> passes;
    private readonly double[] first;
    private readonly double[] sums;
    private readonly double[] squares;
    private readonly long[] open;
    private long count;

    private ChannelRecord(Node node)
    {
        var channels = node.Shape.Channels;
        (first, sums, squares, open) = (new double[channels], new double[channels], new double[channels], new long[channels]);
        passes = node.Layer switch
        {
            Relu => y => y > 0,
            Clip clip => y => y > (float)clip.Minimum && y < (float)clip.Maximum,
            // Zero up to -3, and at 0 alone beside.
            HardSwish => y => y != 0,
            HardSigmoid => y => y is > 0 and < 1,
            Elu elu => y => y > 0 || y + elu.Alpha >= SaturatedSlope * Math.Max(1, elu.Alpha),
            Sigmoid => y => 4 * y * (1 - y) >= SaturatedSlope,
            Tanh => y => 1 - y * y >= SaturatedSlope,
            _ => _ => true,
        };
    }

    /// <summary>The biased variance of each channel.</summary>
    public double[] Variance => [.. squares.Select((square, c) => Math.Max(0, square / count - sums[c] / count * (sums[c] / count)))];

    /// <summary>The share of values at which the layer's derivative is not nearly zero, per channel.</summary>
    public double[] OpenShare => [.. open.Select(number => (double)number / count)];

    /// <summary>
    /// Whether a layer's slope can be exactly zero for every example, as that of a rectifier that is never active.
    /// </summary>
    public static bool CanDie(Node node) => node.Layer is Relu or Clip or HardSwish;

    /// <summary>Whether a layer's slope can vanish at an end that its values approach or lie on.</summary>
    public static bool CanSaturate(Node node) => node.Layer is Sigmoid or Tanh or HardSigmoid or Elu;

    /// <summary>Observes the outputs of some layers over all examples, normalized by their batches as in training.</summary>
    public static ImmutableDictionary<Node, ChannelRecord> Observe(NetworkState state, Sweep sweep, ImmutableArray<Node> nodes)
    {
        var records = nodes.ToImmutableDictionary(node => node, node => new ChannelRecord(node));
        var pending = nodes.ToHashSet();
        sweep.Run(state, NetworkMode.Statistics, (plan, _) =>
        {
            foreach (var (node, buffer) in plan.Values)
            {
                if (!records.TryGetValue(node, out var record))
                    continue;
                record.Add(plan, buffer, sweep.Batch);
                pending.Remove(node);
            }
        }, keepAll: true);
        // What a plan computes inside other steps is the output of a plan that ends there.
        foreach (var node in pending)
        {
            var part = NetworkState.Create(state.Network.Until(state.Network.NameOf(node)), 0);
            part.CopyMatching(state);
            sweep.Run(part, NetworkMode.Statistics, (plan, _) => records[node].Add(plan, plan.Output, sweep.Batch));
        }
        return records;
    }

    private void Add(Plan plan, PlanBuffer buffer, int samples)
    {
        var values = new float[buffer.Rows(samples) * buffer.Channels];
        plan.Read(buffer, values, samples);
        // Sums are shifted by the first value, so that they do not cancel where a channel hardly varies.
        if (count == 0)
        {
            for (var c = 0; c < first.Length; c++)
                first[c] = values[c];
        }
        for (var i = 0; i < values.Length; i++)
        {
            var c = i % first.Length;
            var difference = values[i] - first[c];
            sums[c] += difference;
            squares[c] += difference * difference;
            open[c] += passes(values[i]) ? 1 : 0;
        }
        count += values.Length / first.Length;
    }
}
