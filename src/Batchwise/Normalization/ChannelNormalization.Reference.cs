namespace Batchwise;

public abstract partial record ChannelNormalization
{
    /// <inheritdoc/>
    public sealed override void Forward(ReferencePass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var channels = ChannelsOf(pass.OutputShape);
        var gamma = pass.Parameter(0);
        var beta = pass.Parameter(1);
        for (var part = 0; part < PartsOf(pass); part++)
        {
            var values = ValuesOf(part, pass);
            var x = pass.Input()[values];
            var y = pass.Output[values];
            var statistics = StatisticsOf(pass, x, channels);
            for (var i = 0; i < x.Length; i++)
            {
                var c = i % channels;
                ref readonly var channel = ref statistics[c];
                y[i] = gamma[c] * ((x[i] - channel.Center) * channel.Factor + channel.Offset) + beta[c];
            }
            if (UsesBatch(pass.Mode))
                WriteStatistics(pass, part, statistics, x.Length / channels);
        }
    }

    /// <inheritdoc/>
    public sealed override void Backward(ReferencePass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var channels = ChannelsOf(pass.OutputShape);
        var gamma = pass.Parameter(0);
        for (var part = 0; part < PartsOf(pass); part++)
        {
            var values = ValuesOf(part, pass);
            var x = pass.Input()[values];
            var g = pass.OutputGradient[values];
            var dx = pass.InputGradient()[values];
            var statistics = StatisticsOf(pass, x, channels);
            var m = (double)(x.Length / channels);
            for (var c = 0; c < channels; c++)
            {
                ref readonly var channel = ref statistics[c];
                double sum = 0, product = 0;
                for (var i = c; i < x.Length; i += channels)
                {
                    sum += g[i];
                    product += g[i] * (x[i] - channel.Center);
                }
                pass.ParameterGradient(0)[c] += product * channel.Factor + sum * channel.Offset;
                pass.ParameterGradient(1)[c] += sum;
                var dMean = -gamma[c] * channel.Factor * sum * channel.CenterPerMean;
                var dVariance = gamma[c] * product * channel.FactorPerVariance;
                for (var i = c; i < x.Length; i += channels)
                    dx[i] += gamma[c] * channel.Factor * g[i] + dVariance * 2 * (x[i] - channel.Mean) / m + dMean / m;
            }
        }
    }

    private int PartsOf(ReferencePass pass) => UsesBatch(pass.Mode) ? Parts(pass.Count) : 1;

    private Range ValuesOf(int part, ReferencePass pass)
    {
        var size = pass.OutputShape.Size;
        var (first, count) = UsesBatch(pass.Mode) ? PartOf(part, pass.Count) : (0, pass.Count);
        return (first * size)..((first + count) * size);
    }

    private NormalizedChannel[] StatisticsOf(ReferencePass pass, ReadOnlySpan<double> x, int channels)
    {
        var result = new NormalizedChannel[channels];
        if (!UsesStatistics)
        {
            result.AsSpan().Fill(WithoutStatistics);
            return result;
        }
        if (!UsesBatch(pass.Mode))
        {
            var population = UsesPopulation(pass.Statistic(2), pass.Source, pass.Name);
            for (var c = 0; c < channels; c++)
            {
                var (storedMean, storedVariance) = (pass.Statistic(population ? 2 : 0)[c], pass.Statistic(population ? 3 : 1)[c]);
                result[c] = new(StoredCoefficients(storedMean, storedVariance, pass.Statistic(4)[0]), storedMean, storedVariance);
            }
            return result;
        }
        var m = x.Length / channels;
        if (m < 2)
            throw TooFewValues(pass.Name, pass.Count, pass.OutputShape);
        var (mean, variance) = (new double[channels], new double[channels]);
        for (var i = 0; i < x.Length; i++)
            mean[i % channels] += x[i] / m;
        for (var i = 0; i < x.Length; i++)
            variance[i % channels] += (x[i] - mean[i % channels]) * (x[i] - mean[i % channels]) / m;
        for (var c = 0; c < channels; c++)
        {
            var moments = new ChannelMoments(mean[c], variance[c], pass.Statistic(0)[c], pass.Statistic(1)[c], (long)pass.Statistic(4)[0], m);
            result[c] = new(Coefficients(moments), mean[c], variance[c]);
        }
        return result;
    }

    private void WriteStatistics(ReferencePass pass, int part, NormalizedChannel[] statistics, double m)
    {
        var share = (double)PartOf(part, pass.Count).Count / pass.Count;
        var weight = WeightAfter(pass.Statistic(4)[0] + part);
        for (var c = 0; c < statistics.Length; c++)
        {
            var (mean, variance) = (statistics[c].Mean, statistics[c].Variance * m / (m - 1));
            if (pass.Mode == NetworkMode.Statistics)
            {
                pass.NewStatistic(2)[c] = (part == 0 ? 0 : pass.NewStatistic(2)[c]) + share * mean;
                pass.NewStatistic(3)[c] = (part == 0 ? 0 : pass.NewStatistic(3)[c]) + share * variance;
            }
            else if (UpdateStatistics)
            {
                pass.NewStatistic(0)[c] = (1 - weight) * (part == 0 ? pass.Statistic(0) : pass.NewStatistic(0))[c] + weight * mean;
                pass.NewStatistic(1)[c] = (1 - weight) * (part == 0 ? pass.Statistic(1) : pass.NewStatistic(1))[c] + weight * variance;
            }
        }
        if (pass.Mode == NetworkMode.Training && UpdateStatistics)
            pass.NewStatistic(4)[0] = pass.Statistic(4)[0] + part + 1;
    }
}
