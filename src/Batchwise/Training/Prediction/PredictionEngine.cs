namespace Batchwise;

/// <summary>
/// Runs a network in inference mode for any number of threads at once. Each call takes a session, a compiled plan with memory of
/// its own; sessions are kept for later calls, so that a warm call allocates nothing.
/// </summary>
/// <param name="state">The network and its values.</param>
/// <param name="meaning">What the outputs mean.</param>
/// <param name="preprocessing">What is done to an input first.</param>
/// <param name="capacity">The largest batch.</param>
/// <param name="prepared">
/// Where prepared weights are kept, if the state does not change any more; null prepares them in every run.
/// </param>
/// <param name="workers">The threads that one call at a time may use.</param>
sealed class PredictionEngine(
    NetworkState state, OutputMeaning meaning, Preprocessing preprocessing, int capacity, PreparedWeights? prepared, SharedWorkers workers)
{
    /// <summary>
    /// The fewest multiply-adds of a run that are worth several threads: some two microseconds of one. Measured.
    /// </summary>
    private const long FewestForThreads = 50_000;

    private readonly Stack<Session> idle = new();
    private readonly long multiplyAdds = state.Network.Nodes.Sum(node => node.Layer.MultiplyAdds(node.InputShapes));

    /// <summary>Values of one input.</summary>
    public int InputSize { get; } = state.Network.InputShape.Size;

    /// <summary>Values of one output.</summary>
    public int OutputSize { get; } = state.Network.OutputShape.Size;

    /// <summary>Compiles the first session, so that the first call finds it.</summary>
    public void Warm() => Return(Take());

    /// <summary>The predictions for some inputs, one after another.</summary>
    /// <param name="inputs">[count, inputs], finite.</param>
    /// <param name="outputs">Receives [count, outputs].</param>
    public void Run(ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        var total = inputs.Length / InputSize;
        var session = Take();
        for (var first = 0; first < total; first += capacity)
        {
            var count = Math.Min(capacity, total - first);
            session.Run(inputs.Slice(first * InputSize, count * InputSize), outputs.Slice(first * OutputSize, count * OutputSize),
                count, multiplyAdds * count >= FewestForThreads);
        }
        // A session of a run that failed may be half written and is not used again.
        Return(session);
    }

    private Session Take()
    {
        lock (idle)
        {
            if (idle.TryPop(out var session))
                return session;
        }
        return new Session(Plan.Compile(state, NetworkMode.Inference, capacity, StandardLayers.Catalogue, prepared: prepared),
            meaning, preprocessing, workers);
    }

    private void Return(Session session)
    {
        lock (idle)
            idle.Push(session);
    }

    private sealed class Session(Plan plan, OutputMeaning meaning, Preprocessing preprocessing, SharedWorkers workers)
    {
        private readonly SerialExecutor alone = new();

        public void Run(ReadOnlySpan<float> inputs, Span<float> outputs, int count, bool severalThreads)
        {
            plan.SetInput(inputs, count);
            Prepare(count);
            if (!severalThreads || !workers.TryRun(plan, count))
                plan.Run(alone, count);
            plan.Read(plan.Output, outputs, count);
            var size = outputs.Length / count;
            for (var i = 0; i < count; i++)
                Answer.Interpret(outputs.Slice(i * size, size), meaning);
        }

        private void Prepare(int count)
        {
            if (preprocessing == Preprocessing.None)
                return;
            var input = plan.Input;
            var values = plan.Memory.Span(input, count);
            // A vector's row may be padded; a map is dense.
            var length = input.Positions == 1 ? input.Channels : input.Positions * input.Stride;
            for (var i = 0; i < count; i++)
                preprocessing.Apply(values.Slice(i * input.Positions * input.Stride, length));
        }
    }
}
