using System.Threading.Channels;

namespace Batchwise;

/// <summary>Gathers inputs that arrive one by one from many callers, and answers them in batches.</summary>
sealed class MicroBatcher : IAsyncDisposable
{
    private readonly PredictionEngine engine;
    private readonly int capacity;
    private readonly TimeSpan window;
    private readonly TimeProvider clock;
    private readonly Channel<Request> waiting =
        Channel.CreateUnbounded<Request>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<Request> batch = [];
    private readonly float[] inputs;
    private readonly float[] outputs;
    private readonly Task working;

    public MicroBatcher(PredictionEngine engine, int capacity, TimeSpan window, TimeProvider clock)
    {
        (this.engine, this.capacity, this.window, this.clock) = (engine, capacity, window, clock);
        inputs = new float[capacity * engine.InputSize];
        outputs = new float[capacity * engine.OutputSize];
        working = Task.Run(Work);
    }

    /// <summary>The prediction for one input, which stays as it is until then.</summary>
    public async Task<float[]> Add(ReadOnlyMemory<float> input, CancellationToken cancellationToken)
    {
        var request = new Request(input);
        await using var registration = cancellationToken.UnsafeRegister((state, token) =>
            ((Request)state!).Answer.TrySetCanceled(token), request);
        ObjectDisposedException.ThrowIf(!waiting.Writer.TryWrite(request), typeof(Predictor));
        return await request.Answer.Task.ConfigureAwait(false);
    }

    /// <summary>Takes no more inputs, and ends when those that wait are answered.</summary>
    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await working.ConfigureAwait(false);
    }

    private async Task Work()
    {
        while (await waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            TakeWaiting();
            if (batch.Count < capacity && window > TimeSpan.Zero)
                await AwaitMore().ConfigureAwait(false);
            if (batch.Count > 0)
                Answer();
            batch.Clear();
        }
    }

    private async Task AwaitMore()
    {
        using var ends = new CancellationTokenSource(window, clock);
        try
        {
            while (batch.Count < capacity && await waiting.Reader.WaitToReadAsync(ends.Token).ConfigureAwait(false))
                TakeWaiting();
        }
        catch (OperationCanceledException)
        {
            // The window is over: the batch is what has arrived.
        }
    }

    private void TakeWaiting()
    {
        while (batch.Count < capacity && waiting.Reader.TryRead(out var request))
        {
            // Cancelled while it waited.
            if (!request.Answer.Task.IsCompleted)
                batch.Add(request);
        }
    }

    private void Answer()
    {
        try
        {
            for (var i = 0; i < batch.Count; i++)
                batch[i].Input.Span.CopyTo(inputs.AsSpan(i * engine.InputSize));
            engine.Run(inputs.AsSpan(0, batch.Count * engine.InputSize), outputs.AsSpan(0, batch.Count * engine.OutputSize));
            for (var i = 0; i < batch.Count; i++)
                batch[i].Answer.TrySetResult(outputs.AsSpan(i * engine.OutputSize, engine.OutputSize).ToArray());
        }
        catch (Exception error)
        {
            // Each of the callers learns of it; the next batch may do better.
            foreach (var request in batch)
                request.Answer.TrySetException(error);
        }
    }

    private sealed class Request(ReadOnlyMemory<float> input)
    {
        public ReadOnlyMemory<float> Input => input;

        public TaskCompletionSource<float[]> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
