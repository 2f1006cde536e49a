using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Peers;

/// <summary>Layers against libtorch: our references in float64 closely, our plans in float32 to the bound of the suite.</summary>
[Collection(Dotnet.Collection)]
public class LayerAgreementTests(PeerFixtures fixtures) : IClassFixture<PeerFixtures>
{
    // Float64 itself errs by 1e-16 times the condition: 1e6 where the mean is a million deviations.
    private const double ReferenceBound = 1e-10;
    private const double ReferenceBoundAtLargeMean = 1e-8;
    private const double PlanBound = 1e-5;

    private static readonly string[] BatchNorms =
        [.. from kind in new[] { "2d", "4d", "2d-large-mean", "4d-large-mean" } from mode in new[] { "training", "inference" } select $"batch-norm-{kind}-{mode}"];

    private static readonly string[] SampleNorms = ["layer-norm-2d", "layer-norm-4d", "group-norm", "instance-norm"];

    private static readonly string[] Activations = ["sigmoid", "tanh", "relu", "leaky-relu", "prelu"];

    // Layers that are not built yet, and where they stand in the plan: convolution and the lab.
    private static readonly string[] Later =
    [
        "local-response-norm", "conv-", "max-pool", "average-pool",
        "global-average-pool", "inception-block", "residual-block",
    ];

    public static TheoryData<string> BatchNormCases => [.. BatchNorms];

    public static TheoryData<string> SampleNormCases => [.. SampleNorms];

    public static TheoryData<string> ActivationCases => [.. Activations];

    [Theory]
    [MemberData(nameof(BatchNormCases))]
    public void Batch_normalization_agrees(string name)
    {
        var peer = fixtures[name];
        var training = name.EndsWith("training", StringComparison.Ordinal);
        // Inference has no backward of its own: a frozen layer in training computes the same, with its gradient.
        var network = Input(peer).BatchNormalization(new() { UseBatchStatistics = training });
        var state = NetworkState.Create(network, 1);
        Set(state.Parameter("batchNorm1.gamma"), peer.Raw("gamma"));
        Set(state.Parameter("batchNorm1.beta"), peer.Raw("beta"));
        peer.Raw("runningMean").CopyTo(state.Statistic("batchNorm1.movingMean"));
        peer.Raw("runningVariance").CopyTo(state.Statistic("batchNorm1.movingVariance"));
        Check(peer, state, [("gamma", "batchNorm1.gamma"), ("beta", "batchNorm1.beta")],
            training ? [("runningMeanAfter", "batchNorm1.movingMean"), ("runningVarianceAfter", "batchNorm1.movingVariance")] : [],
            name.Contains("large-mean", StringComparison.Ordinal) ? ReferenceBoundAtLargeMean : ReferenceBound);
    }

    [Theory]
    [MemberData(nameof(SampleNormCases))]
    public void Normalizations_of_samples_agree(string name)
    {
        var peer = fixtures[name];
        SampleNormalization layer = name switch
        {
            "group-norm" => new GroupNormalization(4),
            "instance-norm" => new InstanceNormalization(),
            _ => new LayerNormalization(),
        };
        var network = Input(peer).Then(layer, "norm");
        var state = NetworkState.Create(network, 1);
        Set(state.Parameter("norm.gamma"), peer.ChannelsLast("gamma"));
        Set(state.Parameter("norm.beta"), peer.ChannelsLast("beta"));
        Check(peer, state, [("gamma", "norm.gamma"), ("beta", "norm.beta")], []);
    }

    [Theory]
    [MemberData(nameof(ActivationCases))]
    public void Activations_agree(string name)
    {
        var peer = fixtures[name];
        var input = Input(peer);
        var network = name switch
        {
            "sigmoid" => input.Sigmoid(),
            "tanh" => input.Tanh(),
            "relu" => input.Relu(),
            "leaky-relu" => input.LeakyRelu(0.01),
            _ => input.Prelu(),
        };
        var state = NetworkState.Create(network, 1);
        if (name == "prelu")
            Set(state.Parameter("prelu1.slope"), peer.Raw("slope"));
        Check(peer, state, name == "prelu" ? [("slope", "prelu1.slope")] : [], []);
    }

    [Fact]
    public void A_dense_layer_agrees()
    {
        var peer = fixtures["linear"];
        var state = NetworkState.Create(Network.Input(7).Dense(4), 1);
        Set(state.Parameter("dense1.weight"), peer.Transposed("weight"));
        Set(state.Parameter("dense1.bias"), peer.Raw("bias"));
        Check(peer, state, [("weight", "dense1.weight"), ("bias", "dense1.bias")], []);
    }

    [Fact]
    public void Weight_normalization_agrees()
    {
        // Theirs is a convolution's, [out, in, kh, kw]: all but the outputs are the rows of ours. Fed the identity, a dense
        // layer answers with its effective weight, and the gradient of that is its output's.
        var peer = fixtures["weight-norm"];
        var (outputs, inputs) = (peer.Shape("v")[0], peer.Raw("v").Length / peer.Shape("v")[0]);
        var network = Network.Input(inputs).Dense(outputs, bias: false).WithWeightNormalization();
        var state = NetworkState.Create(network, 1);
        Set(state.Parameter("dense1.v"), Columns(peer, "v"));
        Set(state.Parameter("dense1.g"), peer.Raw("g"));
        var identity = new double[inputs * inputs];
        for (var i = 0; i < inputs; i++)
            identity[i * inputs + i] = 1;

        var reference = new ReferenceNetwork(network, inputs, NetworkMode.Training);
        reference.Load(state);
        PlanCheck.Close("reference weight", reference.Forward(identity, inputs), Columns(peer, "weight"), bound: ReferenceBound);
        reference.Backward(Columns(peer, "dweight"));
        var pass = reference.Pass(network["dense1"]);
        PlanCheck.Close("reference dv", pass.ParameterGradient(0), Columns(peer, "dv"), bound: ReferenceBound);
        PlanCheck.Close("reference dg", pass.ParameterGradient(1), peer.Raw("dg"), bound: ReferenceBound);

        var run = new RunCase(state, Array.ConvertAll(identity, value => (float)value), Columns(peer, "dweight"), inputs).ByPlan();
        PlanCheck.Close("weight", run.Output, Columns(peer, "weight"));
        PlanCheck.Close("dv", run.Gradients["dense1.v"], Columns(peer, "dv"));
        PlanCheck.Close("dg", run.Gradients["dense1.g"], peer.Raw("dg"));
    }

    [Theory]
    [InlineData("softmax-cross-entropy")]
    [InlineData("softmax-cross-entropy-large-logits")]
    public void Softmax_cross_entropy_agrees(string name)
    {
        var peer = fixtures[name];
        var logits = peer.Raw("logits").Select(value => (float)value).ToArray();
        var labels = peer.Labels;
        var gradient = new float[logits.Length];
        double loss = 0;
        for (var row = 0; row < labels.Length; row++)
            loss += Loss.SoftmaxCrossEntropy.Sample(logits.AsSpan(row * 10, 10), (int)labels[row], default, gradient.AsSpan(row * 10, 10), 1f / labels.Length) / labels.Length;
        PlanCheck.Close("loss", [loss], peer.Raw("loss"), bound: Math.Max(1e-6, 10 * peer.OwnError("loss")));
        PlanCheck.Close("gradient", PlanCheck.Doubles(gradient), peer.Raw("dlogits"), bound: Math.Max(1e-6, 10 * peer.OwnError("dlogits")));
    }

    [Fact]
    public void Every_case_of_the_peer_is_compared_or_known_to_come_later()
    {
        string[] compared = [.. BatchNorms, .. SampleNorms, .. Activations, "linear", "weight-norm", "softmax-cross-entropy", "softmax-cross-entropy-large-logits", "mlp-batch-norm"];
        Assert.All(fixtures.Names, name => Assert.True(
            compared.Contains(name) || name.StartsWith("optimizer-", StringComparison.Ordinal) || Later.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)), name));
        Assert.Equal(56, fixtures.Names.Count);
    }

    private static Network Input(PeerCase peer)
    {
        var shape = peer.Shape("x");
        return shape.Length == 4 ? Network.Input(shape[2], shape[3], shape[1]) : Network.Input(shape[1]);
    }

    /// <summary>Compares the output, dx, parameters' gradients and statistics of both, by reference and by plan.</summary>
    private static void Check(PeerCase peer, NetworkState state, (string Theirs, string Ours)[] parameters, (string Theirs, string Ours)[] statistics,
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
        foreach (var (theirs, ours) in parameters)
        {
            var entry = state.Parameters.Single(entry => entry.Name == ours);
            var index = entry.Node.Parameters.IndexOf(entry.Node.Parameters.Single(spec => spec.Name == entry.Spec.Name));
            var expected = entry.Spec.Shape.Rank == 2 ? peer.Transposed($"d{theirs}") : peer.ChannelsLast($"d{theirs}");
            PlanCheck.Close($"reference d{theirs}", reference.Pass(entry.Node).ParameterGradient(index), expected, bound: referenceBound);
            PlanCheck.Close($"d{theirs}", PlanCheck.Doubles(plan.Memory.Gradients.Span(entry.Offset, entry.Spec.Shape.Size)), expected, bound: Bound($"d{theirs}"));
        }
        foreach (var (theirs, ours) in statistics)
            PlanCheck.Close(theirs, plan.Staged.Single(staged => staged.Name == ours).Next, peer.Raw(theirs), bound: Bound(theirs));
    }

    /// <summary>A tensor [out, ...] as [everything else, out].</summary>
    private static double[] Columns(PeerCase peer, string name)
    {
        var (values, outputs) = (peer.Raw(name), peer.Shape(name)[0]);
        var rows = values.Length / outputs;
        var columns = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
            columns[i % rows * outputs + i / rows] = values[i];
        return columns;
    }

    private static void Set(Span<float> target, double[] values)
    {
        for (var i = 0; i < target.Length; i++)
            target[i] = (float)values[i];
    }
}
