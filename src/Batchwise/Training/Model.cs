using System.Collections.Immutable;
using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// A trained network for use: it predicts, evaluates, and is saved with its graph, its values, its classes' names and its
/// preprocessing. Predictions depend on their own input alone.
/// </summary>
/// <remarks>
/// Any number of threads may use a model at once. One call at a time uses all processors: sets of examples wait for them, a
/// single prediction that finds them busy runs on the thread that asks for it.
/// </remarks>
public sealed partial class Model
{
    private const int Batch = 250;

    private readonly SharedWorkers workers = new(Environment.ProcessorCount);
    private readonly Lazy<PredictionEngine> engine;
    private Evaluator? evaluator;

    /// <summary>A model of a state.</summary>
    /// <param name="state">The network and its values; the model keeps it, not a copy.</param>
    /// <param name="meaning">What the outputs mean. Default: logits of classes.</param>
    /// <exception cref="ArgumentException">
    /// The outputs cannot be logits: a bounded function such as a sigmoid is behind the last weights, or a single one is to tell classes apart.
    /// </exception>
    public Model(NetworkState state, OutputMeaning meaning = OutputMeaning.ClassLogits)
    {
        ArgumentNullException.ThrowIfNull(state);
        Logits.Require(state.Network, meaning);
        State = state;
        Meaning = meaning;
        engine = new(() => new PredictionEngine(State, Meaning, Preprocessing, 1, prepared: null, workers));
    }

    /// <summary>The network.</summary>
    public Network Network => State.Network;

    /// <summary>Its parameters and statistics.</summary>
    public NetworkState State { get; }

    /// <summary>What the outputs mean.</summary>
    public OutputMeaning Meaning { get; }

    /// <summary>
    /// The names of the classes, one per output, of a single yes-or-no output two: what no is called, and yes. Empty where they have none.
    /// Examples whose classes have names are compared with them: a class of another name or number is refused.
    /// </summary>
    public ImmutableArray<string> ClassNames
    {
        get;
        init
        {
            field = value.IsDefault ? [] : value;
            ClassLabels.RequireNames(field, Answer.Classes(State.Network.OutputShape.Size, Meaning));
        }
    } = [];

    /// <summary>
    /// What is done to an input before the network sees it. Examples that say they were prepared in this very way are taken as they are,
    /// others that were prepared are refused. Default: nothing.
    /// </summary>
    public Preprocessing Preprocessing
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            value.RequireFit(State.Network.InputShape);
            field = value;
        }
    } = Preprocessing.None;

    /// <summary>This model cut off behind a layer: its prediction is that layer's output.</summary>
    /// <param name="layer">The layer's name.</param>
    /// <exception cref="ArgumentException">There is no layer of that name.</exception>
    public Model Until(string layer)
    {
        var part = NetworkState.Create(Network.Until(layer), 0);
        part.CopyMatching(State);
        return new(part, OutputMeaning.Values) { Preprocessing = Preprocessing };
    }

    /// <summary>
    /// The prediction for one input, from the state as it is now: probabilities for a classifier, values for others. A
    /// <see cref="Predictor"/>
    /// prepares the weights once and is faster.
    /// </summary>
    /// <param name="input">The input: [input shape], channels last.</param>
    /// <returns>One number per output; not finite where the values within the network grow too large for float32.</returns>
    /// <exception cref="ArgumentException">The input has another length, or a value that is not finite.</exception>
    public float[] Predict(ReadOnlySpan<float> input)
    {
        if (input.Length != Network.InputShape.Size)
            throw new ArgumentException($"The network takes inputs of shape {Network.InputShape}, {Network.InputShape.Size} values; {input.Length} were given.", nameof(input));
        if (!Finite.All(input))
            throw new ArgumentException("The input holds a value that is not a finite number: look at the data.", nameof(input));
        var output = new float[Network.OutputShape.Size];
        engine.Value.Run(input, output);
        return output;
    }

    /// <summary>The predictions for all examples, one row after another: [count, outputs].</summary>
    /// <param name="examples">The examples; their labels are not used.</param>
    /// <returns>Probabilities for a classifier, values for others; not finite where the values within the network grow too large.</returns>
    /// <exception cref="ArgumentException">The examples do not fit the network, or are prepared otherwise than by <see cref="Preprocessing"/>.</exception>
    /// <exception cref="InvalidOperationException">An input is not finite.</exception>
    public float[] Predict(IExamples examples)
    {
        Examples.RequireShape(examples, Network);
        var size = Network.OutputShape.Size;
        float[] all;
        lock (workers.InUse)
            all = Evaluator().Outputs(Prepared(examples), StatisticsSource.PopulationElseMoving);
        for (var i = 0; i < examples.Count; i++)
            Answer.Interpret(all.AsSpan(i * size, size), Meaning);
        return all;
    }

    /// <summary>How the model answers examples.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="source">Which statistics a model that is not folded uses. Default: the population's, else the moving averages.</param>
    /// <exception cref="ArgumentException">
    /// The examples do not fit the network, have classes of other names or fewer classes without names, or are prepared otherwise than by
    /// <see cref="Preprocessing"/>.
    /// </exception>
    /// <exception cref="InvalidOperationException">An input is not finite, or the population statistics are asked for and unknown.</exception>
    public Evaluation Evaluate(IExamples examples, StatisticsSource source = StatisticsSource.PopulationElseMoving)
    {
        Examples.RequireFit(examples, Network, LossOf(Meaning), ClassNames);
        lock (workers.InUse)
            return Evaluator().Run(Prepared(examples), source);
    }

    private Evaluator Evaluator() => evaluator ??= new Evaluator(State, LossOf(Meaning), Batch, workers.Pool);

    /// <summary>Examples as the network is to see them.</summary>
    internal IExamples Prepared(IExamples examples) => Preprocessing.Complete(examples);

    internal static Loss LossOf(OutputMeaning meaning) => meaning switch
    {
        OutputMeaning.ClassLogits => Loss.SoftmaxCrossEntropy,
        OutputMeaning.BinaryLogits => Loss.BinaryCrossEntropy,
        _ => Loss.MeanSquaredError,
    };
}
