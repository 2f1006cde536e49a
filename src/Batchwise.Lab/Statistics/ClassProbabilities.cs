namespace Batchwise.Lab;

/// <summary>Class probabilities of examples, [examples, classes], as sums over networks or passes: a mean but for their number.</summary>
static class ClassProbabilities
{
    /// <summary>Adds the softmax of logits.</summary>
    /// <param name="sum">[examples, classes].</param>
    /// <param name="logits">A row of <paramref name="classes"/> for each example.</param>
    /// <param name="classes">How many classes.</param>
    /// <param name="placeOf">Which example's row a row of logits is added to.</param>
    public static void AddSoftmax(Span<double> sum, ReadOnlySpan<float> logits, int classes, Func<int, int> placeOf)
    {
        for (var i = 0; i < logits.Length / classes; i++)
        {
            var values = logits.Slice(i * classes, classes);
            var (largest, total, place) = (float.NegativeInfinity, 0.0, placeOf(i) * classes);
            foreach (var value in values)
                largest = MathF.Max(largest, value);
            foreach (var value in values)
                total += Math.Exp((double)value - largest);
            for (var j = 0; j < classes; j++)
                sum[place + j] += Math.Exp((double)values[j] - largest) / total;
        }
    }

    /// <summary>The share of examples whose label has the largest probability; of equal ones the first counts.</summary>
    /// <param name="sum">[examples, classes].</param>
    /// <param name="examples">The examples.</param>
    public static double Accuracy(ReadOnlySpan<double> sum, IExamples examples)
    {
        var (hits, classes) = (0, sum.Length / examples.Count);
        for (var i = 0; i < examples.Count; i++)
        {
            var row = sum.Slice(i * classes, classes);
            var best = 0;
            for (var j = 1; j < classes; j++)
                best = row[j] > row[best] ? j : best;
            hits += best == examples.Label(i) ? 1 : 0;
        }
        return (double)hits / examples.Count;
    }
}
