using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>
/// What a network's noise is worth as an ensemble: class probabilities averaged over several random passes through one
/// trained network, beside the one deterministic pass of inference.
/// </summary>
static class AveragedPredictions
{
    /// <summary>How many passes are averaged.</summary>
    public static ImmutableArray<int> Passes { get; } = [1, 2, 4, 8, 16];

    /// <summary>The place of accuracy by inference in what is measured; the negative log likelihood follows.</summary>
    public const int Inference = 0;

    /// <summary>The place of the accuracy of so many passes' average; the negative log likelihood follows.</summary>
    public static int PlaceOf(int passes) => 2 * (1 + Passes.IndexOf(passes));

    /// <summary>Measures a state: dropout's masks differ from pass to pass, or the batch-mates that normalize an example.</summary>
    /// <param name="state">The state, with population statistics if it has batch normalizations.</param>
    /// <param name="examples">Whom to predict.</param>
    /// <param name="batch">Examples per batch, best as many as in training.</param>
    /// <param name="masks">Whether passes draw dropout's masks; else they draw batch-mates.</param>
    /// <returns>Accuracy and negative log likelihood in nats, by inference and then of each number of passes.</returns>
    public static ImmutableArray<double> Measure(NetworkState state, IExamples examples, int batch, bool masks)
    {
        var (network, size) = (state.Network, state.Network.OutputShape.Size);
        var name = network.NameOf(network.Output);
        var values = ImmutableArray.CreateBuilder<double>();
        var sum = new double[examples.Count * size];
        ClassProbabilities.AddSoftmax(sum, new LayerProbe(state, name).Read(examples, StatisticsSource.PopulationElseMoving), size, place => place);
        Score(values, sum, 1, examples, size);

        var probe = new LayerProbe(state, name, masks ? NetworkMode.Training : NetworkMode.Statistics, batch);
        Array.Clear(sum);
        for (var pass = 1; pass <= Passes[^1]; pass++)
        {
            if (masks)
            {
                ClassProbabilities.AddSoftmax(sum, probe.Read(examples, seed: (ulong)pass), size, place => place);
            }
            else
            {
                var companions = new CompanionExamples(examples, batch, pass);
                // Those that only fill the last batch were answered before.
                ClassProbabilities.AddSoftmax(sum, probe.Read(companions).AsSpan(0, examples.Count * size), size, companions.Source);
            }
            if (Passes.Contains(pass))
                Score(values, sum, pass, examples, size);
        }
        return values.ToImmutable();
    }

    private static void Score(ImmutableArray<double>.Builder values, double[] sum, int passes, IExamples examples, int size)
    {
        var loss = 0.0;
        // A probability that underflows counts as the least that double holds.
        for (var i = 0; i < examples.Count; i++)
            loss -= Math.Log(Math.Max(sum[i * size + examples.Label(i)] / passes, double.Epsilon));
        values.Add(ClassProbabilities.Accuracy(sum, examples));
        values.Add(loss / examples.Count);
    }
}
