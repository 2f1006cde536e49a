namespace Batchwise;

/// <summary>
/// A map of each channel by itself, y = (x - center) scale + shift: M is diagonal. On a map of positions its length is the
/// channels', or that of a whole sample where each place has numbers of its own.
/// </summary>
/// <param name="center">center: [C].</param>
/// <param name="scale">scale: [C].</param>
/// <param name="shift">shift: [C].</param>
/// <param name="deviations">How many deviations of its channel a center lies from zero, at most.</param>
sealed class ChannelMap(double[] center, double[] scale, double[] shift, double deviations) : InferenceMap
{
    /// <summary>How many channels, or values of a sample, it maps.</summary>
    public int Length => center.Length;

    public override ReadOnlySpan<double> Center => center;

    public override ReadOnlySpan<double> Shift => shift;

    /// <summary>scale: [C].</summary>
    public ReadOnlySpan<double> Scale => scale;

    /// <summary>
    /// How many deviations of its channel a center lies from zero, at most: the input's mean relative to its spread.
    /// </summary>
    public double Deviations => deviations;

    /// <summary>Whether zero stays zero in every channel.</summary>
    public bool KeepsZero => Enumerable.Range(0, Length).All(c => Offset(c) == 0);

    /// <summary>Whether larger inputs give larger outputs in every channel, or equal ones.</summary>
    public bool KeepsOrder => Array.TrueForAll(scale, value => value >= 0);

    /// <summary>The map of a normalization with fixed statistics.</summary>
    public static ChannelMap Of(NetworkState state, Node node, StatisticsSource source)
    {
        var name = state.Network.NameOf(node);
        var channels = StoredStatistics.ChannelsOf(state, node, source);
        var gamma = state.Parameter($"{name}.gamma");
        var beta = state.Parameter($"{name}.beta");
        var (center, scale, shift) = (new double[gamma.Length], new double[gamma.Length], new double[gamma.Length]);
        var deviations = 0.0;
        for (var c = 0; c < gamma.Length; c++)
        {
            ref readonly var channel = ref channels[c];
            center[c] = channel.Center;
            scale[c] = gamma[c] * channel.Factor;
            shift[c] = beta[c] + gamma[c] * channel.Offset;
            deviations = Math.Max(deviations, Math.Abs(channel.Center * channel.Factor));
        }
        return new(center, scale, shift, deviations);
    }

    /// <summary>What a channel's zero becomes.</summary>
    public double Offset(int channel) => shift[channel] - center[channel] * scale[channel];

    public override void Multiply(Span<double> row)
    {
        for (var c = 0; c < row.Length; c++)
            row[c] *= scale[c];
    }

    /// <summary>This map and another one behind it, as one.</summary>
    public ChannelMap Then(ChannelMap next)
    {
        var length = Math.Max(Length, next.Length);
        var (first, second) = (Repeated(length), next.Repeated(length));
        var (scales, shifts) = (new double[length], new double[length]);
        for (var c = 0; c < length; c++)
        {
            scales[c] = first.Scale[c] * second.Scale[c];
            shifts[c] = (first.Shift[c] - second.Center[c]) * second.Scale[c] + second.Shift[c];
        }
        return new(first.Center.ToArray(), scales, shifts, deviations);
    }

    /// <summary>The map of some neighbouring channels.</summary>
    public ChannelMap Slice(int first, int count) =>
        new(center[first..(first + count)], scale[first..(first + count)], shift[first..(first + count)], deviations);

    /// <summary>The map without its center and shift.</summary>
    public ChannelMap WithoutShift() => new(new double[Length], scale, new double[Length], deviations: 0);

    /// <summary>The map of samples at whose places it is the same.</summary>
    /// <param name="length">The values of a sample: a multiple of <see cref="Length"/>.</param>
    public ChannelMap Repeated(int length)
    {
        double[] Repeat(double[] values) => [.. Enumerable.Range(0, length).Select(i => values[i % values.Length])];
        return length == Length ? this : new(Repeat(center), Repeat(scale), Repeat(shift), deviations);
    }

    /// <summary>The map of channels that is the same as this one at every place; this one where places differ.</summary>
    /// <param name="channels">The channels of a place.</param>
    public ChannelMap PerChannel(int channels)
    {
        bool Repeats(double[] values)
        {
            for (var i = channels; i < values.Length; i++)
            {
                if (values[i] != values[i - channels])
                    return false;
            }
            return true;
        }
        return Repeats(center) && Repeats(scale) && Repeats(shift) ? Slice(0, channels) : this;
    }
}
