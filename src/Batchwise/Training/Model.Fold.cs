namespace Batchwise;

public sealed partial class Model
{
    /// <summary>
    /// This model without batch normalization: its statistics folded into its weights (Algorithm 2). What no layer can take
    /// stays, as a map of each channel; <see cref="FoldAndReport"/> says what and why.
    /// </summary>
    /// <param name="source">Which statistics. Default: the population's, else the moving averages.</param>
    /// <exception cref="InvalidOperationException">The population statistics are asked for and unknown.</exception>
    public Model Fold(StatisticsSource source = StatisticsSource.PopulationElseMoving) => With(Folding.Fold(State, source));

    /// <summary>
    /// As <see cref="Fold"/>, and what was done: what became of each normalization, and how far the outputs moved.
    /// </summary>
    /// <param name="examples">
    /// The examples on which outputs are compared; null compares them on a few inputs of random numbers.
    /// </param>
    /// <param name="source">Which statistics. Default: the population's, else the moving averages.</param>
    /// <exception cref="ArgumentException">
    /// The examples do not fit the network, or are prepared otherwise than by <see cref="Preprocessing"/>.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The population statistics are asked for and unknown, or an input is not finite.
    /// </exception>
    public (Model Model, FoldingReport Report) FoldAndReport(IExamples? examples = null,
        StatisticsSource source = StatisticsSource.PopulationElseMoving)
    {
        if (examples is not null)
            Examples.RequireShape(examples, Network);
        var (graph, report) = Folding.FoldAll(State, source);
        var folded = With(graph.ToState());
        var inputs = examples is null ? new RandomInputs(Network.InputShape, Preprocessing) : Prepared(examples);
        return (folded, report with { Difference = Difference(folded, inputs, examples is null, source) });
    }

    private Model With(NetworkState state) => new(state, Meaning) { ClassNames = ClassNames, Preprocessing = Preprocessing };

    private FoldingDifference Difference(Model folded, IExamples inputs, bool generated, StatisticsSource source)
    {
        var (before, after) = (Outputs(inputs, source), folded.Outputs(inputs, source));
        double largest = 0, output = 0;
        for (var i = 0; i < before.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs((double)after[i] - before[i]));
            output = Math.Max(output, Math.Abs((double)before[i]));
        }
        return new(largest, output, inputs.Count, generated);
    }

    /// <summary>The network's outputs as they are, for examples that are prepared: [count, outputs].</summary>
    private float[] Outputs(IExamples prepared, StatisticsSource source)
    {
        const int most = 16;
        lock (workers.InUse)
            return new Evaluator(State, LossOf(Meaning), Math.Min(prepared.Count, most), workers.Pool).Outputs(prepared, source);
    }
}
