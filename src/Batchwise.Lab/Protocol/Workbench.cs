using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Text.Json.Serialization.Metadata;

namespace Batchwise.Lab;

/// <summary>Where an experiment runs: makes its requests, runs them side by side, keeps what is finished, tells how far it is.</summary>
public sealed class Workbench
{
    private readonly RunStore store;
    private readonly IProgress<LabProgress>? progress;
    private readonly CancellationToken cancellationToken;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly ConcurrentDictionary<string, IKeptRun> finished = [];
    private readonly ConcurrentDictionary<string, bool> machines = [];
    private string what = "lab";
    private long expected;
    private long done;
    private long ran;
    private int executed;

    /// <summary>Prepares runs.</summary>
    /// <param name="settings">How experiments are run.</param>
    /// <param name="data">Their data.</param>
    /// <param name="network">The network without normalization; null for the paper's.</param>
    /// <param name="folder">The results' folder, whose folder <c>runs</c> keeps finished runs.</param>
    /// <param name="progress">Is told of the steps of all runs together, several times in each; on the threads that run them.</param>
    /// <param name="cancellationToken">Ends the runs at hand; finished ones are kept, and the others' checkpoints.</param>
    /// <exception cref="ArgumentException">Settings, data and network do not go together.</exception>
    /// <exception cref="InvalidDataException">A file of the folder ends in .json and holds no result, which a report of the folder could not tell.</exception>
    public Workbench(LabSettings settings, LabData data, Network? network, string folder, IProgress<LabProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(data);
        settings.Verify();
        (Settings, Data, Base) = (settings, data, network ?? BaseNetwork.Standard(data.Train.Shape, data.Train.Classes));
        if (Base.InputShape != data.Train.Shape || Base.OutputShape.Size < data.Train.Classes)
            throw new ArgumentException($"The network takes {Base.InputShape} and gives {Base.OutputShape.Size} outputs; {data.Name} has images of {data.Train.Shape} in {data.Train.Classes} classes: choose a network and data that go together.");
        if (data.Train.Count < settings.Batch)
            throw new ArgumentException($"A batch of {settings.Batch} needs as many training images, and {data.Name} leaves {data.Train.Count}: take more images.");
        // Before the runs, not behind them: the report is made of all results of the folder.
        Directory.CreateDirectory(folder);
        ResultFiles.ReadAll(folder);
        store = new RunStore(folder);
        (this.progress, this.cancellationToken) = (progress, cancellationToken);
    }

    /// <summary>How experiments are run.</summary>
    public LabSettings Settings { get; }

    /// <summary>The data.</summary>
    public LabData Data { get; }

    /// <summary>The network without normalization.</summary>
    public Network Base { get; }

    /// <summary>How many runs were executed, not found finished.</summary>
    public int Executed => executed;

    /// <summary>How many runs this experiment has, executed or found.</summary>
    public int Finished => finished.Count;

    /// <summary>
    /// Which kept files were not trusted, so that their runs were made again, and which runs and checkpoints could not be
    /// written: a sentence each.
    /// </summary>
    public IReadOnlyList<string> Remarks => store.Remarks;

    /// <summary>The time of all runs, summed over the threads that ran them.</summary>
    public double Seconds => finished.Values.Sum(run => run.SecondsInAll);

    /// <summary>The machines that the runs come from: more than one if a folder was carried over.</summary>
    public IReadOnlyCollection<string> Machines => [.. machines.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Says how many steps are to come, for the time left; more or fewer may come.</summary>
    public void Expect(string name, long steps) => (what, expected) = (name, steps);

    /// <summary>A run of this bench's data and network.</summary>
    public RunRequest Request(Arm arm, ArmSetting setting, ulong seed, long steps, bool scoreTest) => new()
    {
        Arm = arm,
        Base = Base,
        Data = Data,
        Setting = setting,
        Batch = Settings.Batch,
        Steps = steps,
        Seed = seed,
        ScoreTest = scoreTest,
    };

    /// <summary>Those of the settings' arms that make sense here, and why the others do not.</summary>
    public (ImmutableArray<Arm> Arms, ImmutableArray<RefusedCell> Refused) Admit(IEnumerable<Arm> arms)
    {
        ArgumentNullException.ThrowIfNull(arms);
        var judged = arms.Select(arm => (Arm: arm, Reason: arm.Refusal(Base, Settings.Batch))).ToArray();
        return ([.. judged.Where(pair => pair.Reason is null).Select(pair => pair.Arm)],
            [.. judged.Where(pair => pair.Reason is not null).Select(pair => new RefusedCell(pair.Arm.Name, pair.Reason!))]);
    }

    /// <summary>Runs what is not finished yet, side by side, one thread each.</summary>
    /// <returns>The results in the order of the requests.</returns>
    /// <exception cref="OperationCanceledException">It was ended; finished runs are kept, and checkpoints of the others.</exception>
    public ImmutableArray<RunResult> RunAll(IEnumerable<RunRequest> requests) => RunAll(
        requests.Select(request => new LabJob<RunResult>(request.Canonical, request.Steps, run => run.FaultOf(request), context => SingleRun.Execute(request, context))), ResultJson.Readable.RunResult);

    /// <summary>The same of runs that an experiment measures in its own way.</summary>
    /// <param name="jobs">The runs.</param>
    /// <param name="type">How a result is written and read.</param>
    /// <returns>The results in the order of the jobs.</returns>
    /// <exception cref="OperationCanceledException">It was ended; finished runs are kept, and checkpoints of the others.</exception>
    internal ImmutableArray<TResult> RunAll<TResult>(IEnumerable<LabJob<TResult>> jobs, JsonTypeInfo<TResult> type)
        where TResult : class, IKeptRun
    {
        (string Key, LabJob<TResult> Job)[] asked = [.. jobs.Select(job => (job.Key, job))];
        var distinct = asked.DistinctBy(pair => pair.Key).Where(pair => !finished.ContainsKey(pair.Key)).ToArray();
        expected = Math.Max(expected, done + distinct.Sum(pair => pair.Job.Steps));
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        try
        {
            // One at a time: runs last seconds, and none shall wait in another thread's portion.
            Parallel.ForEach(Partitioner.Create(distinct, EnumerablePartitionerOptions.NoBuffering), options, pair => finished[pair.Key] = One(pair.Job, type));
        }
        catch (AggregateException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }
        return [.. asked.Select(pair => (TResult)finished[pair.Key])];
    }

    /// <summary>
    /// Trains runs once more and measures their trained states, side by side, one thread each; what was measured before is
    /// found again. The runs' test scores are not looked at.
    /// </summary>
    /// <param name="requests">The runs.</param>
    /// <param name="name">What is measured; another measure needs another name.</param>
    /// <param name="measure">Measures a state, which has its population statistics.</param>
    /// <returns>The values in the order of the requests; none of a run that diverged.</returns>
    /// <exception cref="OperationCanceledException">It was ended; what was measured is kept.</exception>
    internal ImmutableArray<ImmutableArray<double>> MeasureAll(
        IEnumerable<RunRequest> requests, string name, Func<NetworkState, RunRequest, ImmutableArray<double>> measure) =>
        [.. RunAll(requests.Select(request => Measurement.Job(request, name, measure)), ResultJson.Readable.Measurement).Select(measured => measured.Values)];

    private TResult One<TResult>(LabJob<TResult> job, JsonTypeInfo<TResult> type)
        where TResult : class, IKeptRun
    {
        var result = store.Find(job.Spec, type, job.Fault);
        var told = 0L;
        if (result is null)
        {
            var began = -1L;
            result = job.Execute(new(store, step =>
            {
                // What was run before an interruption took no time now.
                Interlocked.Add(ref ran, began < 0 ? 0 : step - told);
                Count(step - told);
                (began, told) = (began < 0 ? step : began, step);
            }, cancellationToken));
            store.Keep(result, type);
            Interlocked.Increment(ref executed);
        }
        machines.TryAdd(result.Machine, true);
        // The rest of a run that diverged, and all of one that was found finished.
        Count(job.Steps - told);
        return result;
    }

    private void Count(long steps)
    {
        if (steps == 0)
            return;
        var now = Interlocked.Add(ref done, steps);
        var speed = Interlocked.Read(ref ran) / clock.Elapsed.TotalSeconds;
        progress?.Report(new(what, now, Math.Max(expected, now), double.NaN, speed > 0 ? speed : double.NaN));
    }
}
