namespace Batchwise;

/// <summary>Answers examples batch by batch, in inference mode unless another is asked for; bound to a live state.</summary>
sealed class Evaluator
{
    private readonly Plan plan;
    private readonly LoadStep load;
    private readonly Loss loss;
    private readonly IExecutor executor;
    private readonly float[] target;
    private readonly float[] gradient;
    private int[] places = [];

    public Evaluator(NetworkState state, Loss loss, int capacity, IExecutor executor, NetworkMode mode = NetworkMode.Inference)
    {
        LoadStep? step = null;
        plan = Plan.Compile(state, mode, capacity, StandardLayers.Catalogue, builder =>
            builder.Emit(step = new LoadStep(builder.Value(builder.Network.InputNode), null, 0, labelled: false)), backward: false);
        load = step!;
        this.loss = loss;
        this.executor = executor;
        target = new float[loss.UsesTargets ? state.Network.OutputShape.Size : 0];
        gradient = new float[state.Network.OutputShape.Size];
    }

    /// <summary>Accuracy and loss over examples.</summary>
    public Evaluation Run(IExamples examples, StatisticsSource source)
    {
        double sum = 0;
        var hits = 0L;
        Run(examples, source, (first, outputs, count) =>
        {
            var size = gradient.Length;
            for (var i = 0; i < count; i++)
            {
                var values = outputs.Slice(i * size, size);
                if (loss.UsesTargets)
                    examples.CopyTarget(first + i, target);
                var label = loss.UsesTargets ? examples.Label(first + i) : LoadStep.LabelOf(examples, first + i);
                sum += loss.Sample(values, label, target, gradient, 1);
                hits += Answer.Right(values, label, target, loss.Meaning);
            }
        });
        var accuracy = Answer.Accuracy(hits, examples.Count, gradient.Length, loss.Meaning);
        return new Evaluation(accuracy, sum / examples.Count, examples.Count);
    }

    /// <summary>The outputs of all examples, which need no labels: [count, outputs].</summary>
    public float[] Outputs(IExamples examples, StatisticsSource source)
    {
        var all = new float[checked(examples.Count * gradient.Length)];
        Run(examples, source, (first, outputs, count) =>
            outputs[..(count * gradient.Length)].CopyTo(all.AsSpan(first * gradient.Length)));
        return all;
    }

    /// <summary>Hands over the outputs of all examples: the place of a batch's first, [count, outputs], the batch's count.</summary>
    public void Run(IExamples examples, StatisticsSource source, Action<int, ReadOnlySpan<float>, int> take, ulong seed = 0)
    {
        if (places.Length != examples.Count)
            places = [.. Enumerable.Range(0, examples.Count)];
        plan.CurrentRun.Source = source;
        plan.CurrentRun.Seed = seed;
        load.Examples = examples;
        var outputs = new float[plan.Capacity * gradient.Length];
        for (var first = 0; first < examples.Count; first += plan.Capacity)
        {
            var count = Math.Min(plan.Capacity, examples.Count - first);
            load.Take(places, first);
            // Each batch draws masks of its own.
            plan.CurrentRun.Step = first / plan.Capacity;
            plan.Run(executor, count);
            plan.Read(plan.Output, outputs, count);
            take(first, outputs, count);
        }
    }
}
