using System.Collections.Immutable;
using Batchwise.Kernels;
using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// A model made ready for fast predictions: batch normalization is folded into the weights, and the weights are brought once into
/// the form in which the kernels read them. It keeps copies: later changes of the model's state are not seen.
/// </summary>
/// <remarks>
/// <para>Any number of threads may predict at once. Each call works in memory of its own, which is kept for later calls; the
/// prepared weights are shared. One call at a time uses all threads; a call that finds them busy runs on its own thread. Results
/// do not depend on it, nor on the batch that an input is in.</para>
/// <code>
/// using var predictor = new Predictor(Model.Load("digits.model"));
/// float[] probabilities = predictor.Predict(pixels);
/// </code>
/// </remarks>
public sealed class Predictor : IDisposable
{
    private readonly PredictionEngine engine;
    private readonly PredictorOptions options;
    private readonly PreparedWeights prepared = new();
    private readonly SharedWorkers workers;
    private readonly Lazy<MicroBatcher> batcher;
    private bool disposed;

    /// <summary>Makes a model ready. This takes longer than a prediction: keep the predictor.</summary>
    /// <param name="model">The model; it is left as it is.</param>
    /// <param name="options">How; null is the default.</param>
    /// <exception cref="InvalidOperationException">Population statistics are asked for and have not been estimated.</exception>
    /// <exception cref="ArgumentException">A tensor of a batch of that capacity would have more than 2^30 values.</exception>
    /// <exception cref="InsufficientMemoryException">The machine has not the memory for a batch of that capacity.</exception>
    public Predictor(Model model, PredictorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        this.options = options ??= new PredictorOptions();
        InputShape = model.Network.InputShape;
        OutputShape = model.Network.OutputShape;
        ClassNames = model.ClassNames;
        workers = new SharedWorkers(options.Threads);
        engine = new PredictionEngine(
            Folding.Fold(model.State, options.Statistics), model.Meaning, model.Preprocessing, options.Capacity, prepared, workers);
        engine.Warm();
        batcher = new(() => new MicroBatcher(engine, options.Capacity, options.BatchWindow, options.Clock));
    }

    /// <summary>The shape of one input: [H, W, C] or [inputs], channels last.</summary>
    public Shape InputShape { get; }

    /// <summary>The shape of one prediction.</summary>
    public Shape OutputShape { get; }

    /// <summary>The model's class names; empty where it has none.</summary>
    public ImmutableArray<string> ClassNames { get; }

    /// <summary>The largest batch that is run at once.</summary>
    public int Capacity => options.Capacity;

    /// <summary>Bytes of the prepared weights.</summary>
    public long PreparedBytes => prepared.Bytes;

    /// <summary>The predictions for one input or several.</summary>
    /// <param name="inputs">
    /// [count, input shape], one after another, channels last; raw, as the model's preprocessing takes them.
    /// </param>
    /// <returns>[count, outputs]: probabilities for a classifier, values for others.</returns>
    /// <exception cref="ArgumentException">
    /// The length is no multiple of an input's, there is none, or a value is not finite.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public float[] Predict(ReadOnlySpan<float> inputs)
    {
        var outputs = new float[checked(CountOf(inputs) * engine.OutputSize)];
        Predict(inputs, outputs);
        return outputs;
    }

    /// <summary>The predictions for one input or several, into memory of the caller: a warm call allocates nothing.</summary>
    /// <param name="inputs">
    /// [count, input shape], one after another, channels last; raw, as the model's preprocessing takes them.
    /// </param>
    /// <param name="outputs">
    /// Receives [count, outputs]: probabilities for a classifier, values for others. May not overlap the inputs.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A length is no multiple of an input's or an output's, the counts differ, there is no input, or a value is not finite.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    public void Predict(ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        var count = CountOf(inputs);
        if (outputs.Length != (long)count * engine.OutputSize)
            throw new ArgumentException(Invariant($"{count} predictions are {(long)count * engine.OutputSize} values, and there is room for {outputs.Length}."), nameof(outputs));
        if (inputs.Overlaps(outputs))
            throw new ArgumentException("The outputs overlap the inputs: give them memory of their own.", nameof(outputs));
        RequireFinite(inputs);
        engine.Run(inputs, outputs);
    }

    /// <summary>
    /// The prediction for one input, for servers: inputs of many callers that arrive together are answered in one batch of at
    /// most
    /// <see cref="Capacity"/>.
    /// </summary>
    /// <param name="input">
    /// [input shape], channels last, raw. It is read later, so it must not change before the task ends.
    /// </param>
    /// <param name="cancellationToken">Gives up; a batch that has begun is finished all the same.</param>
    /// <returns>[outputs]: probabilities for a classifier, values for others.</returns>
    /// <exception cref="ArgumentException">The input has another length, or a value that is not finite.</exception>
    /// <exception cref="ObjectDisposedException">The predictor was disposed of.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public Task<float[]> PredictAsync(ReadOnlyMemory<float> input, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (CountOf(input.Span) != 1)
            throw new ArgumentException(Invariant(
                $"One input of shape {InputShape} has {engine.InputSize} values; {input.Length} were given."), nameof(input));
        RequireFinite(input.Span);
        return batcher.Value.Add(input, cancellationToken);
    }

    /// <summary>Ends its threads. Predictions that have begun are finished; inputs that wait are answered first.</summary>
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        if (batcher.IsValueCreated)
            batcher.Value.DisposeAsync().AsTask().Wait();
        workers.Stop();
    }

    private int CountOf(ReadOnlySpan<float> inputs)
    {
        if (inputs.IsEmpty || inputs.Length % engine.InputSize != 0)
            throw new ArgumentException(Invariant($"The network takes inputs of shape {InputShape}, {engine.InputSize} values each; {inputs.Length} were given."), nameof(inputs));
        return inputs.Length / engine.InputSize;
    }

    private static void RequireFinite(ReadOnlySpan<float> inputs)
    {
        if (!Finite.All(inputs))
            throw new ArgumentException("The input holds a value that is not a finite number: look at the data.", nameof(inputs));
    }
}
