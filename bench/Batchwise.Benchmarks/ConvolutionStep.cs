using Batchwise.Kernels;

namespace Batchwise.Benchmarks;

/// <summary>One direction of a convolution as a step of a schedule, on tensors that its directions share.</summary>
sealed class ConvolutionStep : Step
{
    private readonly ConvolutionPlan plan;
    private readonly int count;
    private readonly AlignedMemory x, weight, y;
    private AlignedMemory shared = new(0);

    public ConvolutionStep(ConvolutionShape shape, ConvolutionDirection direction, int count, AlignedMemory x, AlignedMemory weight, AlignedMemory y)
        : base("convolution", "convolution", [], [])
    {
        var task = new ConvolutionTask(shape, direction, InstructionSet.Current, count);
        var variant = ConvolutionVariants.Choose(task);
        (Variant, plan) = (variant.Name, variant.Make(task));
        (this.count, this.x, this.weight, this.y) = (count, x, weight, y);
    }

    /// <summary>The name of the way that was chosen.</summary>
    public string Variant { get; }

    /// <summary>Floats of scratch that all tasks share.</summary>
    public long SharedScratch => plan.PreparedWeight + plan.SharedScratch;

    /// <summary>Gives the scratch, which other directions may use in their turn.</summary>
    public void Share(AlignedMemory scratch) => shared = scratch;

    public override int Phases => plan.Phases;

    public override long WorkerScratch => plan.WorkerScratch;

    public override int Tasks(int phase, int count) => plan.Tasks(phase, count);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch) => plan.Run(phase, task, new ConvolutionOperands
    {
        Count = count,
        X = x.Span(0, (int)x.Length),
        XStride = plan.Shape.Channels,
        Weight = weight.Span(0, (int)weight.Length),
        Y = y.Span(0, (int)y.Length),
        YStride = plan.Shape.Outputs,
        PreparedWeight = shared.Span(0, (int)plan.PreparedWeight),
        SharedScratch = shared.Span(plan.PreparedWeight, (int)(shared.Length - plan.PreparedWeight)),
        WorkerScratch = scratch,
    });
}
