using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Peers;

/// <summary>Holds a network of ours, by its references and by a plan, against what libtorch computed of the same.</summary>
static class PeerCheck
{
    /// <summary>Float64 on both sides, of well-conditioned values.</summary>
    public const double ReferenceBound = 1e-10;

    private const double PlanBound = 1e-5;

    public static Network Input(PeerCase peer)
    {
        var shape = peer.Shape("x");
        return shape.Length == 4 ? Network.Input(shape[2], shape[3], shape[1]) : Network.Input(shape[1]);
    }

    /// <summary>Compares the output, dx, parameters' gradients and statistics of both.</summary>
    /// <param name="peer">The case.</param>
    /// <param name="state">The network with the case's parameters.</param>
    /// <param name="gradients">The names of parameters' gradients there, and of the parameters here.</param>
    /// <param name="statistics">The names of statistics after the step.</param>
    /// <param name="referenceBound">The bound on our references.</param>
    public static void Agrees(PeerCase peer, NetworkState state, (string Theirs, string Ours)[] gradients, (string Theirs, string Ours)[] statistics,
        double referenceBound = ReferenceBound)
    {
        var network = state.Network;
        var count = peer.Shape("x")[0];
        var (x, dy) = (peer.ChannelsLast("x"), peer.ChannelsLast("dy"));
        var reference = new ReferenceNetwork(network, count, NetworkMode.Training);
        reference.Load(state);
        PlanCheck.Close("reference y", reference.Forward(x, count), peer.ChannelsLast("y"), bound: referenceBound);
        PlanCheck.Close("reference dx", reference.Backward(dy), peer.ChannelsLast("dx"), bound: referenceBound);

        var plan = Plan.Compile(state, NetworkMode.Training, count, StandardLayers.Catalogue, after: builder =>
        {
            builder.GradientTarget(builder.Network.Output);
            return null;
        }, keepAll: true, inputGradient: true);
        plan.SetInput([.. x.Select(value => (float)value)], count);
        Rows.Write(dy, plan.Memory.Span(plan.OutputGradient!, count), plan.OutputGradient!, count);
        plan.Run(new SerialExecutor(), count);
        double Bound(string name) => Math.Max(PlanBound, 10 * peer.OwnError(name));
        PlanCheck.Close("y", PlanCheck.Read(plan, plan.Output, count), peer.ChannelsLast("y"), bound: Bound("y"));
        PlanCheck.Close("dx", PlanCheck.Read(plan, plan.InputGradient!, count), peer.ChannelsLast("dx"), bound: Bound("dx"));
        foreach (var (theirs, ours) in gradients)
        {
            var entry = state.Parameters.Single(entry => entry.Name == ours);
            var index = entry.Node.Parameters.IndexOf(entry.Node.Parameters.Single(spec => spec.Name == entry.Spec.Name));
            var expected = Parameter(peer, theirs);
            PlanCheck.Close($"reference {theirs}", reference.Pass(entry.Node).ParameterGradient(index), expected, bound: referenceBound);
            PlanCheck.Close(theirs, PlanCheck.Doubles(plan.Memory.Gradients.Span(entry.Offset, entry.Spec.Shape.Size)), expected, bound: Bound(theirs));
        }
        foreach (var (theirs, ours) in statistics)
            PlanCheck.Close(theirs, plan.Staged.Single(staged => staged.Name == ours).Next, peer.Raw(theirs), bound: Bound(theirs));
    }

    /// <summary>A parameter or its gradient in our layout: weights of convolutions [KH, KW, in, out], of dense layers [in, out].</summary>
    public static double[] Parameter(PeerCase peer, string name) => peer.Shape(name).Length switch
    {
        2 => peer.Transposed(name),
        4 => peer.KernelFirst(name),
        _ => peer.ChannelsLast(name),
    };

    /// <summary>A tensor [out, ...] as [everything else, out].</summary>
    public static double[] Columns(PeerCase peer, string name)
    {
        var (values, outputs) = (peer.Raw(name), peer.Shape(name)[0]);
        var rows = values.Length / outputs;
        var columns = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
            columns[i % rows * outputs + i / rows] = values[i];
        return columns;
    }

    public static void Set(Span<float> target, double[] values)
    {
        Assert.Equal(target.Length, values.Length);
        for (var i = 0; i < target.Length; i++)
            target[i] = (float)values[i];
    }
}
