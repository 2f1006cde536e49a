namespace Batchwise;

/// <summary>The loss of a batch and its gradient with respect to the network's output; a task takes some of the samples.</summary>
sealed class LossStep(Loss loss, PlanBuffer output, PlanBuffer gradient, PlanBuffer? targets, int capacity)
    : Step("loss", "loss", targets is null ? [output] : [output, targets], [gradient])
{
    private const int SamplesPerTask = 16;

    private readonly double[] sums = new double[Blocks(capacity)];
    private readonly int[] hits = new int[Blocks(capacity)];

    public override string Detail => loss.Name;

    public override int Tasks(int phase, int count) => Blocks(count);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        double sum = 0;
        var hit = 0;
        var end = Math.Min(run.Count, (task + 1) * SamplesPerTask);
        var size = output.Positions * output.Stride;
        var used = output.Positions * output.Channels;
        for (var sample = task * SamplesPerTask; sample < end; sample++)
        {
            var values = run[output].Slice(sample * size, used);
            var target = targets is null ? default : run[targets].Slice(sample * targets.Stride, used);
            sum += loss.Sample(values, run.Labels[sample], target, run[gradient].Slice(sample * size, used), 1f / run.Count);
            hit += Answer.Right(values, run.Labels[sample], target, loss.Meaning);
        }
        (sums[task], hits[task]) = (sum, hit);
        if (!double.IsFinite(sum))
            run.Fail();
    }

    /// <summary>The mean loss of the batch that ran last.</summary>
    public double Mean(int count)
    {
        double sum = 0;
        for (var block = 0; block < Blocks(count); block++)
            sum += sums[block];
        return sum / count;
    }

    /// <summary>How many answers to its samples were right.</summary>
    public long Hits(int count)
    {
        var sum = 0L;
        for (var block = 0; block < Blocks(count); block++)
            sum += hits[block];
        return sum;
    }

    private static int Blocks(int count) => (count + SamplesPerTask - 1) / SamplesPerTask;
}
