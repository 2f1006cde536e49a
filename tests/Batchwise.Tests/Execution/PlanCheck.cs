namespace Batchwise.Tests.Execution;

/// <summary>Runs a network as a plan and by its float64 references, and compares all that both compute.</summary>
static class PlanCheck
{
    /// <summary>
    /// Bound on ||plan - reference|| / ||reference|| of every tensor, for a network without normalizations. A float32
    /// product over k terms errs by about sqrt(k) 6e-8 relative to the norms, a few layers deep some tens of that. Each
    /// normalization allows as much again: it takes out of a gradient its parts along 1 and xHat, and what is left,
    /// which the error is compared with, is smaller than what was rounded.
    /// </summary>
    public const double Bound = 1e-5;

    private const long Step = 7;
    private const ulong Seed = 5;

    public static void TrainingAgrees(Network network, int count, Catalogue? catalogue = null, double offset = 0, double deviation = 1, Action<NetworkState>? prepare = null)
    {
        var state = RandomState.Of(network);
        prepare?.Invoke(state);
        var x = Random(count * network.InputShape.Size, 1, offset, deviation);
        var dy = Random(count * network.OutputShape.Size, 2);
        // Rooms for more samples than there are: what lies behind the batch must not matter.
        var plan = Plan.Compile(state, NetworkMode.Training, count + 3, catalogue ?? StandardLayers.Catalogue, after: builder =>
        {
            builder.GradientTarget(builder.Network.Output);
            return null;
        }, keepAll: true, inputGradient: true);
        plan.Memory.Arena.Span(0, (int)plan.Memory.Arena.Length).Fill(float.NaN);
        plan.SetInput(x, count);
        Rows.Write(dy, plan.Memory.Span(plan.OutputGradient!, count), plan.OutputGradient!, count);
        (plan.CurrentRun.Seed, plan.CurrentRun.Step) = (Seed, Step);
        plan.Run(new SerialExecutor(3, 11), count);
        Assert.False(plan.CurrentRun.Failed);
        var bound = Bound * (1 + network.Nodes.Count(node => node.Layer is ChannelNormalization or Whitening or SampleNormalization));

        var reference = new ReferenceNetwork(network, count, NetworkMode.Training);
        reference.Load(state);
        var y = reference.Forward(Doubles(x), count, Seed, Step);
        Close("output", Read(plan, plan.Output, count), y);
        foreach (var staged in plan.Staged)
        {
            var (node, index) = Place(network, staged.Name);
            Close(staged.Name, staged.Next, reference.Pass(node).NewStatistic(index));
        }
        // A gradient that cancels to nothing (a bias before a normalization) is judged by what cancelled.
        var scale = Norm(Doubles(dy)) * 0.2;
        var dx = reference.Backward(Doubles(dy));
        Close("input gradient", Read(plan, plan.InputGradient!, count), dx, scale, bound);
        foreach (var entry in state.Parameters)
        {
            var expected = reference.Pass(entry.Node).ParameterGradient(entry.Node.Parameters.IndexOf(entry.Node.Parameters.First(spec => spec.Name == entry.Spec.Name)));
            Close(entry.Name, Doubles(plan.Memory.Gradients.Span(entry.Offset, entry.Spec.Shape.Size)), expected, scale, bound);
        }
    }

    public static void InferenceAgrees(Network network, int count, NetworkMode mode)
    {
        var state = RandomState.Of(network);
        var x = Random(count * network.InputShape.Size, 1);
        var reference = new ReferenceNetwork(network, count, mode);
        reference.Load(state);
        var expected = reference.Forward(Doubles(x), count);
        foreach (var prepared in new[] { null, new PreparedWeights() })
        {
            var plan = Plan.Compile(state, mode, count + 1, StandardLayers.Catalogue, prepared: prepared);
            plan.Memory.Arena.Span(0, (int)plan.Memory.Arena.Length).Fill(float.NaN);
            plan.SetInput(x, count);
            plan.Run(new SerialExecutor(2, 3), count);
            Close(prepared is null ? "output" : "output by prepared weights", Read(plan, plan.Output, count), expected);
        }
    }

    public static float[] Random(int count, ulong stream, double offset = 0, double deviation = 1)
    {
        var random = new Philox(9, RandomPurpose.Experiment, stream);
        var values = new float[count];
        foreach (ref var value in values.AsSpan())
            value = (float)(deviation * random.NextNormal() + offset);
        return values;
    }

    public static double[] Doubles(ReadOnlySpan<float> values)
    {
        var doubles = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
            doubles[i] = values[i];
        return doubles;
    }

    public static double[] Read(Plan plan, PlanBuffer buffer, int count)
    {
        var values = new float[buffer.Rows(count) * buffer.Channels];
        plan.Read(buffer, values, count);
        return Doubles(values);
    }

    public static void Close(string what, ReadOnlySpan<double> actual, ReadOnlySpan<double> expected, double scale = 0, double bound = Bound)
    {
        Assert.Equal(expected.Length, actual.Length);
        var difference = new double[expected.Length];
        for (var i = 0; i < expected.Length; i++)
            difference[i] = actual[i] - expected[i];
        var (error, norm) = (Norm(difference), Math.Max(Norm(expected), scale));
        Assert.True(error <= bound * norm, $"{what}: error {error:E2} of norm {norm:E2}, relative {error / norm:E2}");
    }

    public static double Norm(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (var value in values)
            sum += value * value;
        return Math.Sqrt(sum);
    }

    private static (Node Node, int Index) Place(Network network, string statistic)
    {
        var dot = statistic.IndexOf('.', StringComparison.Ordinal);
        var node = network[statistic[..dot]];
        return (node, node.Statistics.IndexOf(node.Statistics.First(spec => spec.Name == statistic[(dot + 1)..])));
    }
}
