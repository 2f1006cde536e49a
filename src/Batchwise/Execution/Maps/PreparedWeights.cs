using System.Collections.Concurrent;

namespace Batchwise;

/// <summary>
/// Weights in the form in which products read them (packed panels, Winograd's frequencies), computed once for a state that does
/// not change any more. Plans of the same capacity share them.
/// </summary>
sealed class PreparedWeights
{
    private readonly Lock making = new();
    private readonly Dictionary<string, AlignedMemory> weights = [];

    /// <summary>Bytes of all of them.</summary>
    public long Bytes
    {
        get
        {
            lock (making)
                return weights.Values.Sum(weight => weight.Length * sizeof(float));
        }
    }

    /// <summary>The prepared weight of a convolution, or its weight as it is where the plan has no form of its own.</summary>
    /// <param name="layer">The layer's name; of convolutions that are joined, all their names.</param>
    /// <param name="plan">How the convolution is computed.</param>
    /// <param name="weight">Writes the weight.</param>
    public PlanBuffer Get(string layer, Kernels.ConvolutionPlan plan, Action<Span<float>> weight)
    {
        lock (making)
        {
            if (!weights.TryGetValue(layer, out var prepared))
                weights[layer] = prepared = Make(plan, weight);
            return new PlanBuffer($"{layer} prepared weight", prepared);
        }
    }

    private static AlignedMemory Make(Kernels.ConvolutionPlan plan, Action<Span<float>> write)
    {
        var plain = new AlignedMemory(plan.Shape.Weights);
        write(plain.Span(0, (int)plain.Length));
        if (plan.PreparedWeight == 0)
            return plain;
        var prepared = new AlignedMemory(plan.PreparedWeight);
        var scratches = new ConcurrentBag<AlignedMemory>();
        Parallel.For(0, plan.WeightTasks, task =>
        {
            if (!scratches.TryTake(out var scratch))
                scratch = new AlignedMemory(plan.WorkerScratch);
            plan.PrepareWeight(task, plain.Span(0, (int)plain.Length), prepared.Span(0, (int)prepared.Length),
                scratch.Span(0, (int)scratch.Length));
            scratches.Add(scratch);
        });
        GC.KeepAlive(plain);
        return prepared;
    }
}
