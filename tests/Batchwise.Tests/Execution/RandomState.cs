namespace Batchwise.Tests.Execution;

/// <summary>States in which nothing is at its tame first value, of a scale at which float32 has all its digits.</summary>
internal static class RandomState
{
    public static NetworkState Of(Network network, ulong stream = 0, bool population = true)
    {
        var state = NetworkState.Create(network, 100 + stream);
        var random = new Philox(200 + stream, RandomPurpose.Experiment, 0);
        foreach (var entry in state.Parameters.Where(entry => entry.Spec.Role != ParameterRole.Weight))
        {
            foreach (ref var value in state.Values(entry))
                value = (float)(entry.Spec.Role == ParameterRole.Gamma ? (random.NextInt(3) > 0 ? 1 : -1) * (0.5 + random.NextDouble()) : 0.5 * random.NextNormal());
        }
        foreach (var entry in state.Statistics)
        {
            foreach (ref var value in entry.Values.AsSpan())
            {
                value = entry.Spec.Name == BatchNormalization.Updates ? 3
                    : entry.Spec.Role == StatisticRole.Population && !population ? double.NaN
                    : entry.Spec.Name.EndsWith("Variance", StringComparison.Ordinal) ? 0.5 + random.NextDouble()
                    // Small beside the variances, so that they belong to a covariance matrix.
                    : entry.Spec.Name.EndsWith("Covariance", StringComparison.Ordinal) ? 0.05 * random.NextNormal()
                    : 0.5 * random.NextNormal();
            }
        }
        return state;
    }
}
