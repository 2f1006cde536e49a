using Batchwise.Kernels;
using static System.FormattableString;

namespace Batchwise;

/// <summary>One direction of a convolution on buffers: the plan that the table chose, its scratch, and how a task is run.</summary>
sealed class ConvolutionKernel
{
    private readonly ConvolutionVariant variant;
    private readonly ConvolutionPlan plan;
    private readonly bool prepared;

    /// <summary>Chooses the way for a convolution.</summary>
    /// <param name="operation">What it is to the layer.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="shape">The convolution.</param>
    /// <param name="direction">What of it.</param>
    /// <param name="capacity">The largest batch.</param>
    /// <param name="prepared">Whether the weight is prepared once (<see cref="Prepare"/>), and not in every run.</param>
    public ConvolutionKernel(string operation, string layer, ConvolutionShape shape, ConvolutionDirection direction, int capacity,
        bool prepared = false)
    {
        this.prepared = prepared;
        var task = new ConvolutionTask(shape, direction, InstructionSet.Current, capacity, prepared);
        variant = ConvolutionVariants.Choose(task);
        plan = variant.Make(task);
        Scratch = PlanBuilder.Row($"{layer} {operation} scratch",
            Math.Max(1, (prepared ? 0 : plan.PreparedWeight) + plan.SharedScratch), perSample: false);
    }

    /// <summary>Scratch that its tasks share.</summary>
    public PlanBuffer Scratch { get; }

    public string Detail => Invariant($"{variant.Name}: {variant.Reason}");

    public int Phases => plan.Phases;

    public long WorkerScratch => plan.WorkerScratch;

    public bool TakesCorrection => plan.TakesCorrection;

    public int Tasks(int phase, int count) => plan.Tasks(phase, count) - Skipped(phase);

    public ConvolutionBlock Completes(int task, int count) => plan.Completes(task, count);

    public WeightBlock CompletesWeights(int task, int count) => plan.CompletesWeights(task, count);

    /// <summary>Prepares the weight, unless another plan has done so.</summary>
    /// <param name="weights">Where prepared weights are kept.</param>
    /// <param name="layer">The layer's name.</param>
    /// <param name="weight">Writes the weight, which does not change any more.</param>
    /// <returns>The buffer that takes the weight's place.</returns>
    public PlanBuffer Prepare(PreparedWeights weights, string layer, Action<Span<float>> weight) =>
        weights.Get(layer, plan, weight);

    /// <summary>Runs a task.</summary>
    /// <param name="phase">Its phase.</param>
    /// <param name="task">Its number.</param>
    /// <param name="x">x or dx.</param>
    /// <param name="weight">The weight, its gradient, or what <see cref="Prepare"/> gave in its place.</param>
    /// <param name="y">y or dy.</param>
    /// <param name="accumulate">Whether dx is added to.</param>
    /// <param name="run">The batch.</param>
    /// <param name="scratch">This worker's scratch.</param>
    /// <param name="correction">By what dy is computed from y, if it is.</param>
    public void Run(
        int phase, int task, PlanBuffer x, PlanBuffer weight, PlanBuffer y, bool accumulate, PlanRun run, Span<float> scratch, Correction? correction = null)
    {
        var shared = run[Scratch];
        var ownForm = prepared ? 0 : (int)plan.PreparedWeight;
        plan.Run(phase, task + Skipped(phase), new ConvolutionOperands
        {
            Count = run.Count,
            X = run[x],
            XStride = x.Stride,
            Weight = run[weight],
            Y = run[y],
            YStride = y.Stride,
            PreparedWeight = prepared ? run[weight] : shared[..ownForm],
            IsPrepared = prepared,
            Correction = correction is null ? default : correction.Rows(run),
            Accumulate = accumulate,
            SharedScratch = shared[ownForm..],
            WorkerScratch = scratch,
        });
    }

    private int Skipped(int phase) => prepared && phase == 0 ? plan.WeightTasks : 0;
}
