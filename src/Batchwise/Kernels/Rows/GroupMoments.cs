namespace Batchwise.Kernels;

/// <summary>
/// Mean and biased variance of groups of neighbouring channels over the rows of one sample: <see cref="RowMoments"/> with one
/// shift for a whole group, so that sums of channels add up.
/// </summary>
internal static unsafe class GroupMoments
{
    /// <summary>Vectors of scratch, each as long as the channels.</summary>
    public const int ScratchVectors = RowMoments.ScratchVectors;

    /// <summary>The moments of each group.</summary>
    /// <param name="x">The sample: [rows, channels].</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="mean">Receives the means: one per group.</param>
    /// <param name="variance">Receives the variances: one per group.</param>
    /// <param name="scratch"><see cref="ScratchVectors"/> rows of channels.</param>
    public static void Run(ReadOnlySpan<float> x, int rows, int channels, Span<double> mean, Span<double> variance, Span<float> scratch)
    {
        if (channels % mean.Length != 0 || variance.Length != mean.Length)
            throw new ArgumentException("All groups have as many channels, and each a mean and a variance.");
        var perGroup = channels / mean.Length;
        var shift = scratch[..channels];
        var sums = scratch.Slice(channels, 2 * channels);
        RowMoments.Guess(x, channels, rows, shift);
        Level(shift, perGroup);
        mean.Clear();
        variance.Clear();
        for (var done = 0; done < rows; done += ColumnBlock.RowsInSingle)
        {
            RowMoments.Sum(x[(done * channels)..], channels, Math.Min(ColumnBlock.RowsInSingle, rows - done), shift, sums);
            Add(sums[..channels], perGroup, mean);
            Add(sums[channels..], perGroup, variance);
        }
        var values = (double)rows * perGroup;
        for (var group = 0; group < mean.Length; group++)
        {
            double sum = mean[group], square = variance[group];
            var offset = sum / values;
            var deviations = square - sum * offset;
            (mean[group], variance[group]) = RowMoments.HasDigits(sum * offset, deviations, square)
                ? (shift[group * perGroup] + offset, deviations / values)
                : Exact(x[(group * perGroup)..], rows, channels, perGroup);
        }
    }

    /// <summary>One guess for all channels of a group.</summary>
    private static void Level(Span<float> guesses, int perGroup)
    {
        fixed (float* start = guesses)
        {
            for (float* guess = start, end = start + guesses.Length; guess < end; guess += perGroup)
            {
                var sum = 0f;
                for (var c = 0; c < perGroup; c++)
                    sum += guess[c];
                var level = sum / perGroup;
                for (var c = 0; c < perGroup; c++)
                    guess[c] = level;
            }
        }
    }

    /// <summary>Adds the sums of each group's channels to the group's.</summary>
    private static void Add(ReadOnlySpan<float> sums, int perGroup, Span<double> groups)
    {
        fixed (float* start = sums)
        {
            var channel = start;
            foreach (ref var group in groups)
            {
                double sum = 0;
                for (var end = channel + perGroup; channel < end; channel++)
                    sum += *channel;
                group += sum;
            }
        }
    }

    private static (double Mean, double Variance) Exact(ReadOnlySpan<float> x, int rows, int stride, int channels)
    {
        double mean = 0, variance = 0, values = (double)rows * channels;
        for (var row = 0; row < rows; row++)
        {
            foreach (var value in x.Slice(row * stride, channels))
                mean += value;
        }
        mean /= values;
        for (var row = 0; row < rows; row++)
        {
            foreach (var value in x.Slice(row * stride, channels))
                variance += (value - mean) * (value - mean);
        }
        return (mean, variance / values);
    }
}
