namespace Batchwise;

/// <summary>Runs networks over the same examples, batch by batch, in the same order.</summary>
sealed class Sweep
{
    // The paper's batch (section 4.1), where no log says what the run's was.
    private const int UsualBatch = 60;
    private const ulong OrderSeed = 1;

    private readonly IExamples examples;
    private readonly Loss loss;
    private readonly IExecutor executor;
    private readonly IProgress<ExaminationProgress>? progress;
    private readonly int[] order;
    private int passes;

    /// <summary>Prepares runs over examples.</summary>
    /// <param name="examples">At least two, as the network is to see them.</param>
    /// <param name="loss">What their answers are judged by.</param>
    /// <param name="batch">Examples per batch: as many as in training, because batch statistics depend on it. Null takes 60.</param>
    /// <param name="executor">Who runs the batches.</param>
    /// <param name="progress">Is told after every batch.</param>
    public Sweep(IExamples examples, Loss loss, int? batch, IExecutor executor, IProgress<ExaminationProgress>? progress)
    {
        (this.examples, this.loss, this.executor, this.progress) = (examples, loss, executor, progress);
        Batch = Math.Clamp(batch ?? UsualBatch, 2, examples.Count);
        Count = examples.Count / Batch * Batch;
        // A file may be sorted by class, and a batch of one class has other statistics than those of training.
        order = new int[examples.Count];
        EpochOrder.Fill(order, OrderSeed, 0);
    }

    /// <summary>Examples per batch.</summary>
    public int Batch { get; }

    /// <summary>Examples in full batches; the rest is left out.</summary>
    public int Count { get; }

    /// <summary>The check that runs are for, as it is called in progress.</summary>
    public string Check
    {
        get;
        set => (field, passes) = (value, 0);
    } = "";

    /// <summary>Whether answers can be right or wrong.</summary>
    public bool HasAnswers => loss.Meaning != OutputMeaning.Values;

    /// <summary>Runs all full batches of a state's network and hands over each when it has run.</summary>
    /// <param name="state">The state; it stays as it is.</param>
    /// <param name="mode">Statistics for the batch's statistics, inference for the stored ones.</param>
    /// <param name="take">Is told the plan and the place of the batch's first example.</param>
    /// <param name="keepAll">Whether every layer's output is kept to the end of a batch.</param>
    public void Run(NetworkState state, NetworkMode mode, Action<Plan, int> take, bool keepAll = false)
    {
        LoadStep? load = null;
        var plan = Plan.Compile(state, mode, Batch, StandardLayers.Catalogue, builder =>
            builder.Emit(load = new LoadStep(builder.Value(builder.Network.InputNode), null, 0, labelled: false)), keepAll: keepAll);
        load!.Examples = examples;
        passes++;
        for (var first = 0; first < Count; first += Batch)
        {
            load.Take(order, first);
            plan.Run(executor, Batch);
            take(plan, first);
            progress?.Report(new(Check, passes, first + Batch, Count));
        }
    }

    /// <summary>The loss of every example, and how many of its answers are right.</summary>
    public Answers Answer(NetworkState state, NetworkMode mode)
    {
        var size = state.Network.OutputShape.Size;
        var (outputs, gradient, target) = (new float[Batch * size], new float[size], new float[loss.UsesTargets ? size : 0]);
        var answers = new Answers(new double[Count], new int[Count], Batchwise.Answer.Count(size, loss.Meaning));
        Run(state, mode, (plan, first) =>
        {
            plan.Read(plan.Output, outputs, Batch);
            for (var i = 0; i < Batch; i++)
            {
                var output = outputs.AsSpan(i * size, size);
                var label = examples.Label(order[first + i]);
                if (loss.UsesTargets)
                    examples.CopyTarget(order[first + i], target);
                answers.Losses[first + i] = loss.Sample(output, label, target, gradient, 1);
                answers.Right[first + i] = Batchwise.Answer.Right(output, label, target, loss.Meaning);
            }
        });
        return answers;
    }
}

/// <summary>How a network answers examples, one by one.</summary>
/// <param name="Losses">The loss of each.</param>
/// <param name="Right">How many right answers each has.</param>
/// <param name="PerExample">How many answers each has.</param>
sealed record Answers(double[] Losses, int[] Right, int PerExample)
{
    public double Loss => Losses.Average();

    public double Accuracy => Right.Sum(right => (double)right) / Count;

    /// <summary>How many answers there are in all.</summary>
    public double Count => (double)Right.Length * PerExample;
}
