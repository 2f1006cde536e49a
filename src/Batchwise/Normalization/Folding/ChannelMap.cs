namespace Batchwise;

/// <summary>A normalization of each channel by itself: M is diagonal.</summary>
sealed class ChannelMap : InferenceMap
{
    private readonly double[] center;
    private readonly double[] scale;
    private readonly double[] shift;
    private readonly Layer layer;

    public ChannelMap(ChannelNormalization normalization, NetworkState state, Node node, StatisticsSource source)
    {
        var name = state.Network.NameOf(node);
        var channels = StoredStatistics.ChannelsOf(state, node, source);
        var gamma = state.Parameter($"{name}.gamma");
        var beta = state.Parameter($"{name}.beta");
        (center, scale, shift) = (new double[gamma.Length], new double[gamma.Length], new double[gamma.Length]);
        for (var c = 0; c < gamma.Length; c++)
        {
            ref readonly var channel = ref channels[c];
            center[c] = channel.Center;
            scale[c] = gamma[c] * channel.Factor;
            shift[c] = beta[c] + gamma[c] * channel.Offset;
        }
        layer = normalization.InPlaceOfFolded;
    }

    public override ReadOnlySpan<double> Center => center;

    public override ReadOnlySpan<double> Shift => shift;

    public override bool IsDiagonal => true;

    public override Layer Layer => layer;

    public override void Multiply(Span<double> row)
    {
        for (var c = 0; c < row.Length; c++)
            row[c] *= scale[c];
    }

    public override void WriteTo(NetworkState result, string name)
    {
        for (var c = 0; c < center.Length; c++)
        {
            var rounded = (float)center[c];
            result.Parameter($"{name}.center")[c] = rounded;
            result.Parameter($"{name}.scale")[c] = (float)scale[c];
            // What rounding the centre leaves goes into the shift.
            result.Parameter($"{name}.shift")[c] = (float)(shift[c] - (center[c] - rounded) * (float)scale[c]);
        }
    }
}
