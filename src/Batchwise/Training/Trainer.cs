using System.Collections.Immutable;
using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// Trains a network. Same version, machine kind, seed and data give the same bits, whatever the number of threads, and a
/// run that is saved and resumed goes on as if it had not stopped.
/// </summary>
/// <remarks>
/// While <see cref="Fit"/> runs, other threads may evaluate, look at a layer, copy the network or write a checkpoint: they wait for the step
/// at hand, and the run goes on behind them, to the same bits. So may whoever is told of progress. A second <see cref="Fit"/> is refused
/// until the first has ended. <see cref="State"/> itself is not guarded.
/// </remarks>
public sealed partial class Trainer : IDisposable
{
    private const int ReportsPerRun = 100;
    private const int MostStepsPerReport = 1000;

    private readonly IExecutor executor;
    private readonly ImmutableArray<AlignedMemory> slots;

    // Held for one step, one evaluation, one checkpoint: never while others are told of progress.
    private readonly Lock working = new();
    private int fitting;
    private bool disposed;

    // Of every layer that is not frozen; they are of the weights of their moment.
    private readonly ImmutableArray<double[]> populationStatistics;
    // How the examples that are learned from are prepared; null until some are.
    private Preprocessing? preprocessing;
    private TrainingPlan? plan;
    private int[] order = [];
    private long orderedEpoch = -1;

    /// <summary>Prepares training from newly drawn weights.</summary>
    /// <param name="network">The network.</param>
    /// <param name="optimizer">How gradients change the parameters.</param>
    /// <param name="seed">Fixes weights, data order and dropout. Default: 1.</param>
    /// <param name="loss">What is made small. Default: softmax cross-entropy.</param>
    /// <param name="threads">How many threads work; 0, the default, takes one per processor. More than there are processors make it slower.</param>
    /// <param name="shuffling">The order of the examples in an epoch. Default: <see cref="Shuffling.Full"/>.</param>
    /// <exception cref="ArgumentException">
    /// The loss takes logits, and the outputs cannot be logits: a bounded function such as a sigmoid is behind the last weights, or a single
    /// one is to tell classes apart.
    /// </exception>
    public Trainer(Network network, Optimizer optimizer, ulong seed = 1, Loss? loss = null, int threads = 0, Shuffling? shuffling = null)
        : this(NetworkState.Create(network, seed), optimizer, seed, loss, new WorkerPool(Threads(threads)), shuffling)
    {
    }

    /// <summary>Prepares training from a state, which it changes.</summary>
    /// <param name="state">The parameters and statistics to start from.</param>
    /// <param name="optimizer">How gradients change the parameters.</param>
    /// <param name="seed">Fixes data order and dropout. Default: 1.</param>
    /// <param name="loss">What is made small. Default: softmax cross-entropy.</param>
    /// <param name="threads">How many threads work; 0, the default, takes one per processor. More than there are processors make it slower.</param>
    /// <param name="shuffling">The order of the examples in an epoch. Default: <see cref="Shuffling.Full"/>.</param>
    /// <exception cref="ArgumentException">
    /// The loss takes logits, and the outputs cannot be logits: a bounded function such as a sigmoid is behind the last weights, or a single
    /// one is to tell classes apart.
    /// </exception>
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
        Logits.Require(Network, Loss.Meaning);
        Shuffling = shuffling ?? Shuffling.Full;
        this.executor = executor;
        populationStatistics = [.. from node in state.Network.Nodes
                                   where PopulationEstimator.Concerns(node)
                                   from spec in node.Statistics
                                   where spec.Role == StatisticRole.Population
                                   select state.StatisticValues(node, spec.Name)];
        slots = [.. Enumerable.Range(0, optimizer.Slots).Select(_ => new AlignedMemory(state.Memory.Length))];
    }

    /// <summary>The network.</summary>
    public Network Network => State.Network;

    /// <summary>The parameters and statistics as they are now.</summary>
    public NetworkState State { get; }

    /// <summary>
    /// How gradients change the parameters. May be changed between steps for another of the same kind, such as one with a smaller rate
    /// when validation stalls; what it keeps of each parameter stays.
    /// </summary>
    /// <exception cref="ArgumentException">It is of another kind, or keeps other values: its momentum is 0 and was not, or the reverse.</exception>
    public Optimizer Optimizer
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            lock (working)
            {
                if (field is not null && (field.GetType() != value.GetType() || field.Slots != value.Slots))
                    throw new ArgumentException($"This run began with {field.GetType().Name}: give it one that keeps as much of each parameter (momentum in both or in neither), or go on with Trainer.From and its State.", nameof(value));
                field = value;
                plan = null;
            }
        }
    }

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
    public bool LowMemory
    {
        get;
        set
        {
            lock (working)
                (field, plan) = (value, null);
        }
    }

    /// <summary>
    /// The names of the classes, as the first examples that were learned from and had some give them; empty before, and where a loss compares
    /// values and there is not an output for each class. Later examples are compared with them.
    /// </summary>
    public ImmutableArray<string> ClassNames { get; private set; } = [];

    /// <summary>
    /// How the examples that the network learned from are prepared (<see cref="IExamples.Preprocessing"/>). Raw examples are prepared in the
    /// same way wherever they are used; examples that are prepared otherwise are refused. Before the first: nothing.
    /// </summary>
    public Preprocessing Preprocessing => preprocessing ?? Preprocessing.None;

    /// <summary>Steps taken so far.</summary>
    public long Step { get; private set; }

    /// <summary>
    /// Takes steps. Each epoch takes the examples in a new random order, by <see cref="Shuffling"/>; the few that do not fill a
    /// batch are left out of that epoch. Going on later, with another call, is the same as a longer call. A step makes the population
    /// statistics unknown, which were of the weights before it; those of frozen layers stay.
    /// </summary>
    /// <param name="examples">The training examples.</param>
    /// <param name="batchSize">Examples per step.</param>
    /// <param name="steps">How many steps to take; <see cref="long.MaxValue"/> for as many as come until the run is cancelled.</param>
    /// <param name="progress">
    /// Is told the mean loss every so many steps; between two steps. <see cref="Progress{T}"/> passes it on to another thread and does not make
    /// training wait, so that what it evaluates or saves may be some steps further.
    /// </param>
    /// <param name="reportEvery">
    /// After how many steps progress is reported, at least 1; the last step is reported in any case. Default: null, a hundredth of the steps, at
    /// most a thousand.
    /// </param>
    /// <param name="cancellationToken">Ends the run after the step at hand; what was learned stays.</param>
    /// <returns>What was reported, and of a run that was cancelled what was left to report.</returns>
    /// <exception cref="ArgumentException">
    /// The examples do not fit the network, or do not fill a batch; they have other class names or are prepared otherwise than those before.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// Another <see cref="Fit"/> is under way; a label or target lies outside its range; a batch leaves a normalization a single value per channel.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The trainer was disposed of, before or meanwhile.</exception>
    /// <exception cref="TrainingDivergedException">A loss, gradient or statistic is not finite.</exception>
    public TrainingHistory Fit(
        IExamples examples, int batchSize, long steps, IProgress<TrainingProgress>? progress = null, long? reportEvery = null,
        CancellationToken cancellationToken = default)
    {
        Examples.RequireFit(examples, Network, Loss, ClassNames);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        if (reportEvery < 1)
            throw new ArgumentOutOfRangeException(nameof(reportEvery), Invariant($"Progress cannot be reported every {reportEvery} steps: give 1 or more, or null."));
        RequireBatch(examples, batchSize);
        ObjectDisposedException.ThrowIf(disposed, this);
        if (Interlocked.Exchange(ref fitting, 1) == 1)
            throw new InvalidOperationException("This trainer is in the middle of another Fit: wait until that has ended, or cancel it.");
        try
        {
            return Run(LearnFrom(examples), batchSize, steps, progress, reportEvery ?? StepsPerReport(steps), cancellationToken);
        }
        finally
        {
            Volatile.Write(ref fitting, 0);
        }
    }

    // What is known of the examples from now on, and the examples as the network is to see them.
    private IExamples LearnFrom(IExamples examples)
    {
        lock (working)
        {
            var completed = (preprocessing ?? examples.Preprocessing).Complete(examples);
            preprocessing ??= examples.Preprocessing;
            if (ClassNames.IsEmpty && examples.Classes == Answer.Classes(Network.OutputShape.Size, Loss.Meaning))
                ClassNames = examples.ClassNames;
            return completed;
        }
    }

    /// <summary>
    /// Ends the trainer's threads, after the step at hand; without this they end when the trainer is collected. A run that is under way ends
    /// with an <see cref="ObjectDisposedException"/>. The rest still works, on the thread that asks: who is told of progress may come late.
    /// </summary>
    public void Dispose()
    {
        lock (working)
        {
            disposed = true;
            (executor as IDisposable)?.Dispose();
        }
    }

    private TrainingHistory Run(
        IExamples examples, int batchSize, long steps, IProgress<TrainingProgress>? progress, long every, CancellationToken cancellationToken)
    {
        var reports = ImmutableArray.CreateBuilder<TrainingProgress>();
        // So many steps that their number overflows mean: until cancelled.
        var last = Step + Math.Min(steps, long.MaxValue - Step);
        var (loss, hits, taken) = (0.0, 0L, 0L);
        TrainingProgress Report()
        {
            var accuracy = Answer.Accuracy(hits, taken * batchSize, Network.OutputShape.Size, Loss.Meaning);
            reports.Add(new(Step, last, loss / taken, accuracy));
            (loss, hits, taken) = (0, 0, 0);
            return reports[^1];
        }

        while (Step < last && !cancellationToken.IsCancellationRequested)
        {
            lock (working)
            {
                var (batchLoss, batchHits) = TakeNextStep(examples, batchSize);
                loss += batchLoss;
                hits += batchHits;
            }
            taken++;
            if (taken == every || Step == last)
            {
                var report = Report();
                progress?.Report(report);
            }
        }
        if (taken > 0)
            Report();
        return new TrainingHistory(reports.ToImmutable(), Step < last);
    }

    private static long StepsPerReport(long steps) => Math.Clamp(steps / ReportsPerRun + (steps % ReportsPerRun > 0 ? 1 : 0), 1, MostStepsPerReport);

    private (double Loss, long Hits) TakeNextStep(IExamples examples, int batchSize)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        var prepared = Prepare(batchSize);
        prepared.Load.Examples = examples;
        if (order.Length != examples.Count)
            (order, orderedEpoch) = (new int[examples.Count], -1);
        Arrange(batchSize);
        TakeStep(batchSize);
        ForgetPopulation();
        return (prepared.Loss.Mean(batchSize), prepared.Loss.Hits(batchSize));
    }

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

    internal static int Threads(int threads) => threads switch
    {
        < 0 => throw new ArgumentOutOfRangeException(nameof(threads), Invariant($"A number of threads is 0 (one per processor) or more, not {threads}.")),
        0 => Environment.ProcessorCount,
        _ => threads,
    };
}
