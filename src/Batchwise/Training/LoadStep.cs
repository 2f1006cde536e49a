using Batchwise.Kernels;
using static System.FormattableString;

namespace Batchwise;

/// <summary>Copies a batch's examples into a plan's input, and their targets; a task takes some of the samples.</summary>
/// <param name="input">The plan's input.</param>
/// <param name="targets">Where targets go; null for none.</param>
/// <param name="outputs">Values of a target.</param>
/// <param name="labelled">Whether classes are used, and so must lie in their range.</param>
/// <param name="training">Whether examples are taken as training sees them, changed at random where they are augmented.</param>
sealed class LoadStep(PlanBuffer input, PlanBuffer? targets, int outputs, bool labelled, bool training = false)
    : Step("load", "input", [], targets is null ? [input] : [input, targets])
{
    private const int SamplesPerTask = 8;

    private int[] order = [];
    private int first;

    /// <summary>Where examples come from; null leaves the input as it is.</summary>
    public IExamples? Examples { get; set; }

    /// <summary>Takes the next batches from some places of an order of the examples.</summary>
    public void Take(int[] newOrder, int newFirst) => (order, first) = (newOrder, newFirst);

    /// <summary>The class of an example.</summary>
    /// <exception cref="InvalidOperationException">It does not lie in its range.</exception>
    public static int LabelOf(IExamples examples, int example)
    {
        var label = examples.Label(example);
        return (uint)label < (uint)examples.Classes
            ? label
            : throw new InvalidOperationException(Invariant($"Example {example} is of class {label}, which does not lie in [0, {examples.Classes}): look at Label and Classes of the examples."));
    }

    public override int Tasks(int phase, int count) => (count + SamplesPerTask - 1) / SamplesPerTask;

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        if (Examples is not { } examples)
            return;
        var x = run[input];
        var size = input.Positions * input.Stride;
        var used = input.Positions * input.Channels;
        var end = Math.Min(run.Count, (task + 1) * SamplesPerTask);
        for (var sample = task * SamplesPerTask; sample < end; sample++)
        {
            var example = order[first + sample];
            var values = x.Slice(sample * size, used);
            // What training does with a value that is not finite shows in its gradients; elsewhere a rectifier may hide it.
            if (training)
                examples.CopyTrainingInput(example, run.Seed, run.Step, values);
            else
                examples.CopyInput(example, values);
            if (!training && !Finite.All(values))
                throw new InvalidOperationException(Invariant($"Example {example} holds a value that is not a finite number: look at the data."));
            // Examples that are only answered need no labels.
            if (labelled)
                run.Labels[sample] = LabelOf(examples, example);
            else if (training)
                run.Labels[sample] = examples.Label(example);
            if (targets is not null)
                examples.CopyTarget(example, run[targets].Slice(sample * targets.Stride, outputs));
        }
    }
}
