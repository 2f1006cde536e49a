namespace Batchwise;

/// <summary>Mean and biased variance of each channel over all places of all examples, in float64.</summary>
sealed class InputMoments
{
    /// <exception cref="ArgumentException">There are no examples, or an input is not finite.</exception>
    public InputMoments(IExamples examples)
    {
        if (examples.Count < 1)
            throw new ArgumentException("There are no examples: give at least one.", nameof(examples));
        var shape = examples.Shape;
        Mean = new double[shape.Channels];
        Variance = new double[shape.Channels];
        var input = new float[shape.Size];
        for (var example = 0; example < examples.Count; example++)
        {
            examples.CopyInput(example, input);
            for (var channel = 0; channel < shape.Channels; channel++)
                Merge(channel, input, example);
        }
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            Variance[channel] /= (double)examples.Count * shape.Positions;
            if (!double.IsFinite(Variance[channel]))
                throw new ArgumentException($"Channel {channel} of the examples holds a value that is not finite: replace what is missing before training.", nameof(examples));
        }
    }

    public double[] Mean { get; }

    public double[] Variance { get; }

    // Chan, Golub and LeVeque 1979: one example's moments, in two passes, joined to those of the examples before. Until the end,
    // Variance holds the sum of squares about the mean.
    private void Merge(int channel, ReadOnlySpan<float> input, int before)
    {
        var (sum, squares, count) = (0.0, 0.0, input.Length / Mean.Length);
        for (var i = channel; i < input.Length; i += Mean.Length)
            sum += input[i];
        var mean = sum / count;
        for (var i = channel; i < input.Length; i += Mean.Length)
            squares += (input[i] - mean) * (input[i] - mean);
        var apart = mean - Mean[channel];
        Mean[channel] += apart / (before + 1);
        Variance[channel] += squares + apart * apart * count * before / (before + 1);
    }
}
