using System.Collections.Immutable;
using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// Trains a network. Same version, machine kind, seed and data give the same bits, whatever the number of threads, and a
/// run that is saved and resumed goes on as if it had not stopped.
/// </summary>
public sealed partial class Trainer : IDisposable
{
    private const int ReportsPerRun = 100;

    private readonly IExecutor executor;
    private readonly ImmutableArray<AlignedMemory> slots;
    private TrainingPlan? plan;
    private int[] order = [];
    private long orderedEpoch = -1;

    /// <summary>Prepares training from newly drawn weights.</summary>
    /// <param name="network">The network.</param>
    /// <param name="optimizer">How gradients change the parameters.</param>
    /// <param name="seed">Fixes weights, data order and dropout. Default: 1.</param>
    /// <param name="loss">What is made small. Default: softmax cross-entropy.</param>
    /// <param name="threads">How many threads work; 0, the default, takes one per processor.</param>
    /// <param name="shuffling">The order of the examples in an epoch. Default: <see cref="Shuffling.Full"/>.</param>
    public Trainer(Network network, Optimizer optimizer, ulong seed = 1, Loss? loss = null, int threads = 0, Shuffling? shuffling = null)
        : this(NetworkState.Create(network, seed), optimizer, seed, loss, new WorkerPool(Threads(threads)), shuffling)
    {
    }

    /// <summary>Prepares training from a state, which it changes.</summary>
    /// <param name="state">The parameters and statistics to start from.</param>
    /// <param name="optimizer">How gradients change the parameters.</param>
    /// <param name="seed">Fixes data order and dropout. Default: 1.</param>
    /// <param name="loss">What is made small. Default: softmax cross-entropy.</param>
    /// <param name="threads">How many threads work; 0, the default, takes one per processor.</param>
    /// <param name="shuffling">The order of the examples in an epoch. Default: <see cref="Shuffling.Full"/>.</param>
    public static Trainer From(
        NetworkState state, Optimizer optimizer, ulong seed = 1, Loss? loss = null, int threads = 0, Shuffling? shuffling = null) =>
        new(state, optimizer, seed, loss, new WorkerPool(Threads(threads)), shuffling);

    internal Trainer(NetworkState state, Optimizer optimizer, ulong seed, Loss? loss, IExecutor executor, Shuffling? shuffling = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(optimizer);
        State = state;
        Optimizer = optimizer;
        Seed = seed;
        Loss = loss ?? Loss.SoftmaxCrossEntropy;
        Shuffling = shuffling ?? Shuffling.Full;
        this.executor = executor;
        slots = [.. Enumerable.Range(0, optimizer.Slots).Select(_ => new AlignedMemory(state.Memory.Length))];
    }

    /// <summary>The network.</summary>
    public Network Network => State.Network;

    /// <summary>The parameters and statistics as they are now.</summary>
    public NetworkState State { get; }

    /// <summary>How gradients change the parameters.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>What is made small.</summary>
    public Loss Loss { get; }

    /// <summary>The order of the examples in an epoch.</summary>
    public Shuffling Shuffling { get; }

    /// <summary>The run's seed.</summary>
    public ulong Seed { get; }

    /// <summary>
    /// Whether outputs of normalizations, of pools, and of concatenations of these are computed once more for the backward steps instead of
    /// kept: less memory for a little more time, and the same bits. Default: no.
    /// </summary>
    public bool LowMemory { get; init; }

    /// <summary>Steps taken so far.</summary>
    public long Step { get; private set; }

    /// <summary>
    /// Takes steps. Each epoch takes the examples in a new random order, by <see cref="Shuffling"/>; the few that do not fill a
    /// batch are left out of that epoch. Going on later, with another call, is the same as a longer call.
    /// </summary>
    /// <param name="examples">The training examples.</param>
    /// <param name="batchSize">Examples per step.</param>
    /// <param name="steps">How many steps to take.</param>
    /// <param name="progress">Is told the mean loss about a hundred times over the run.</param>
    /// <param name="cancellationToken">Ends the run after the step at hand; what was learned stays.</param>
    /// <returns>What was reported, and of a run that was cancelled what was left to report.</returns>
    /// <exception cref="ArgumentException">The examples do not fit the network, or do not fill a batch.</exception>
    /// <exception cref="TrainingDivergedException">A loss, gradient or statistic is not finite.</exception>
    public TrainingHistory Fit(
        IExamples examples, int batchSize, long steps, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        Examples.RequireFit(examples, Network, Loss);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        RequireBatch(examples, batchSize);
        Prepare(batchSize);
        plan!.Load.Examples = examples;
        if (order.Length != examples.Count)
            (order, orderedEpoch) = (new int[examples.Count], -1);

        var reports = ImmutableArray.CreateBuilder<TrainingProgress>();
        var last = Step + steps;
        var every = Math.Max(1, steps / ReportsPerRun);
        var (loss, hits, taken) = (0.0, 0L, 0L);
        while (Step < last && !cancellationToken.IsCancellationRequested)
        {
            Arrange(batchSize);
            TakeStep(batchSize);
            loss += plan.Loss.Mean(batchSize);
            hits += plan.Loss.Hits(batchSize);
            taken++;
            if (taken < every && Step < last)
                continue;
            var report = new TrainingProgress(Step, last, loss / taken, (double)hits / (taken * batchSize));
            reports.Add(report);
            progress?.Report(report);
            (loss, hits, taken) = (0, 0, 0);
        }
        if (taken > 0)
            reports.Add(new TrainingProgress(Step, last, loss / taken, (double)hits / (taken * batchSize)));
        return new TrainingHistory(reports.ToImmutable(), Step < last);
    }

    /// <summary>Ends the trainer's threads at once; without this they end when the trainer is collected.</summary>
    public void Dispose() => (executor as IDisposable)?.Dispose();

    /// <summary>Compiles the plan for a batch size, unless it is there.</summary>
    internal TrainingPlan Prepare(int batchSize)
    {
        if (plan is null || plan.Plan.Capacity < batchSize)
            plan = new TrainingPlan(State, Optimizer, Loss, slots, batchSize, lowMemory: LowMemory);
        return plan;
    }

    /// <summary>Takes one step on the batch that the plan loads, or finds in its input.</summary>
    internal void TakeStep(int count)
    {
        var run = plan!.Plan.CurrentRun;
        run.Step = Step;
        run.Seed = Seed;
        run.LearningRate = (float)(Optimizer.LearningRate * Optimizer.Schedule.Factor(Step));
        plan.Plan.Run(executor, count);
        if (run.Failed)
            throw new TrainingDivergedException(Step, Diagnosis.FirstBadLayer(this, plan, count));
        Step++;
    }

    /// <summary>Points the loader at the next batch; a new epoch gets its order.</summary>
    private void Arrange(int batchSize)
    {
        var perEpoch = order.Length / batchSize;
        var epoch = Step / perEpoch;
        if (epoch != orderedEpoch)
        {
            EpochOrder.Fill(order, Seed, epoch, Shuffling);
            orderedEpoch = epoch;
        }
        plan!.Load.Take(order, (int)(Step % perEpoch) * batchSize);
    }

    private static void RequireBatch(IExamples examples, int batchSize)
    {
        if (examples.Count < batchSize)
            throw new ArgumentException(Invariant($"A batch of {batchSize} needs as many examples, and there are {examples.Count}: choose a smaller batchSize."), nameof(batchSize));
    }

    internal static int Threads(int asked) => asked switch
    {
        < 0 => throw new ArgumentOutOfRangeException(nameof(asked), Invariant($"A number of threads is 0 (one per processor) or more, not {asked}.")),
        0 => Environment.ProcessorCount,
        _ => asked,
    };
}
