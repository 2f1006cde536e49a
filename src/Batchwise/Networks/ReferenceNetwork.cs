using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// A network run by its layers' references, in float64, one after another: slow, plain, and the oracle for every plan. It
/// changes nothing in the state that it is given.
/// </summary>
public sealed class ReferenceNetwork
{
    private readonly Dictionary<Node, ReferencePass> passes = [];
    private readonly Node[] computed;
    private bool ran;

    /// <summary>Prepares a network for batches of up to <paramref name="capacity"/> samples.</summary>
    /// <param name="network">The network.</param>
    /// <param name="capacity">The largest batch.</param>
    /// <param name="mode">What it is run for; only training can go backward.</param>
    public ReferenceNetwork(Network network, int capacity, NetworkMode mode)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        Network = network;
        Capacity = capacity;
        computed = [.. network.Nodes.Where(node => node != network.InputNode)];
        foreach (var node in network.Nodes)
            passes.Add(node, new ReferencePass(node, network.NameOf(node), capacity, mode, mode == NetworkMode.Training));
    }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>The largest batch.</summary>
    public int Capacity { get; }

    /// <summary>What one node read, wrote and is given: its values after a run.</summary>
    /// <param name="node">The node.</param>
    public ReferencePass Pass(Node node) => passes[node];

    /// <summary>Takes over the values of all parameters and statistics, by their names.</summary>
    /// <param name="state">The state to copy from; it may hold more.</param>
    /// <exception cref="ArgumentException">The state lacks one of them, or has it in another shape.</exception>
    public void Load(NetworkState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        foreach (var node in Network.Nodes)
        {
            var pass = passes[node];
            var name = Network.NameOf(node);
            for (var i = 0; i < pass.ParameterCount; i++)
            {
                var values = state.Parameter($"{name}.{node.Parameters[i].Name}");
                Require(values.Length, pass.Parameter(i).Length, $"{name}.{node.Parameters[i].Name}");
                for (var j = 0; j < values.Length; j++)
                    pass.Parameter(i)[j] = values[j];
            }
            for (var i = 0; i < pass.StatisticCount; i++)
            {
                var values = state.Statistic($"{name}.{node.Statistics[i].Name}");
                Require(values.Length, pass.Statistic(i).Length, $"{name}.{node.Statistics[i].Name}");
                values.CopyTo(pass.Statistic(i));
            }
        }
    }

    /// <summary>Runs one batch forward.</summary>
    /// <param name="inputs">The batch: [count, input shape].</param>
    /// <param name="count">Its samples.</param>
    /// <param name="seed">The seed of random layers.</param>
    /// <param name="step">The step of random layers.</param>
    /// <returns>The network's output: [count, output shape]; valid until the next run.</returns>
    /// <exception cref="ArgumentException">The batch is empty, larger than the capacity, or has another length than its count and shape say.</exception>
    public ReadOnlySpan<double> Forward(ReadOnlySpan<double> inputs, int count, ulong seed = 0, long step = 0)
    {
        if (count < 1 || count > Capacity)
            throw new ArgumentOutOfRangeException(nameof(count), Invariant($"A batch has 1 to {Capacity} samples here, not {count}."));
        Require(inputs.Length, count * Network.InputShape.Size, "The batch");
        for (var i = 0; i < Network.Nodes.Length; i++)
        {
            var pass = passes[Network.Nodes[i]];
            pass.Count = count;
            pass.Random = new RandomKey(seed, step, i);
            for (var j = 0; j < pass.StatisticCount; j++)
                pass.Statistic(j).CopyTo(pass.NewStatistic(j));
        }
        inputs.CopyTo(passes[Network.InputNode].Output);
        foreach (var node in computed)
        {
            var pass = passes[node];
            for (var i = 0; i < node.Inputs.Length; i++)
                passes[node.Inputs[i]].Output.CopyTo(pass.Input(i));
            pass.RunForward();
        }
        ran = true;
        return passes[Network.Output].Output;
    }

    /// <summary>Runs the batch of the last <see cref="Forward"/> backward; gradients are left in the passes.</summary>
    /// <param name="outputGradient">The loss's gradient with respect to the network's output: [count, output shape].</param>
    /// <returns>The gradient with respect to the network's input: [count, input shape]; valid until the next run.</returns>
    /// <exception cref="InvalidOperationException">The mode is not training, or nothing was run forward.</exception>
    /// <exception cref="ArgumentException">The gradient has another length than the output.</exception>
    public ReadOnlySpan<double> Backward(ReadOnlySpan<double> outputGradient)
    {
        if (passes[Network.Output].Mode != NetworkMode.Training)
            throw new InvalidOperationException($"A reference for {passes[Network.Output].Mode} cannot go backward: make one for NetworkMode.Training.");
        if (!ran)
            throw new InvalidOperationException("Backward follows a forward run: call Forward first.");
        Require(outputGradient.Length, passes[Network.Output].Output.Length, "The output's gradient");
        foreach (var node in Network.Nodes)
        {
            passes[node].ClearGradients();
            passes[node].OutputGradient.Clear();
        }
        outputGradient.CopyTo(passes[Network.Output].OutputGradient);
        for (var n = computed.Length - 1; n >= 0; n--)
        {
            var node = computed[n];
            var pass = passes[node];
            pass.RunBackward();
            for (var i = 0; i < node.Inputs.Length; i++)
            {
                var target = passes[node.Inputs[i]].OutputGradient;
                var source = pass.InputGradient(i);
                for (var j = 0; j < source.Length; j++)
                    target[j] += source[j];
            }
        }
        return passes[Network.InputNode].OutputGradient;
    }

    private static void Require(int length, int needed, string what)
    {
        if (length != needed)
            throw new ArgumentException(Invariant($"{what} has {length} values where the network needs {needed}."));
    }
}
