using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Peers;

/// <summary>Layers against libtorch: our references in float64 closely, our plans in float32 to the bound of the suite.</summary>
[Collection(Dotnet.Collection)]
public class LayerAgreementTests(PeerFixtures fixtures) : IClassFixture<PeerFixtures>
{
    // Float64 itself errs by 1e-16 times the condition: 1e6 where the mean is a million deviations.
    private const double ReferenceBoundAtLargeMean = 1e-8;

    private static readonly string[] BatchNorms =
        [.. from kind in new[] { "2d", "4d", "2d-large-mean", "4d-large-mean" } from mode in new[] { "training", "inference" } select $"batch-norm-{kind}-{mode}"];

    private static readonly string[] SampleNorms = ["layer-norm-2d", "layer-norm-4d", "group-norm", "instance-norm"];

    private static readonly string[] Activations = ["sigmoid", "tanh", "relu", "leaky-relu", "prelu"];

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
        var network = PeerCheck.Input(peer).BatchNormalization(new() { UseBatchStatistics = training });
        var state = NetworkState.Create(network, 1);
        PeerCheck.Set(state.Parameter("batchNorm1.gamma"), peer.Raw("gamma"));
        PeerCheck.Set(state.Parameter("batchNorm1.beta"), peer.Raw("beta"));
        peer.Raw("runningMean").CopyTo(state.Statistic("batchNorm1.movingMean"));
        peer.Raw("runningVariance").CopyTo(state.Statistic("batchNorm1.movingVariance"));
        PeerCheck.Agrees(peer, state, [("dgamma", "batchNorm1.gamma"), ("dbeta", "batchNorm1.beta")],
            training ? [("runningMeanAfter", "batchNorm1.movingMean"), ("runningVarianceAfter", "batchNorm1.movingVariance")] : [],
            name.Contains("large-mean", StringComparison.Ordinal) ? ReferenceBoundAtLargeMean : PeerCheck.ReferenceBound);
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
        var network = PeerCheck.Input(peer).Then(layer, "norm");
        var state = NetworkState.Create(network, 1);
        PeerCheck.Set(state.Parameter("norm.gamma"), peer.ChannelsLast("gamma"));
        PeerCheck.Set(state.Parameter("norm.beta"), peer.ChannelsLast("beta"));
        PeerCheck.Agrees(peer, state, [("dgamma", "norm.gamma"), ("dbeta", "norm.beta")], []);
    }

    [Theory]
    [MemberData(nameof(ActivationCases))]
    public void Activations_agree(string name)
    {
        var peer = fixtures[name];
        var input = PeerCheck.Input(peer);
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
            PeerCheck.Set(state.Parameter("prelu1.slope"), peer.Raw("slope"));
        PeerCheck.Agrees(peer, state, name == "prelu" ? [("dslope", "prelu1.slope")] : [], []);
    }

    [Fact]
    public void A_dense_layer_agrees()
    {
        var peer = fixtures["linear"];
        var state = NetworkState.Create(Network.Input(7).Dense(4), 1);
        PeerCheck.Set(state.Parameter("dense1.weight"), peer.Transposed("weight"));
        PeerCheck.Set(state.Parameter("dense1.bias"), peer.Raw("bias"));
        PeerCheck.Agrees(peer, state, [("dweight", "dense1.weight"), ("dbias", "dense1.bias")], []);
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
        PeerCheck.Set(state.Parameter("dense1.v"), PeerCheck.Columns(peer, "v"));
        PeerCheck.Set(state.Parameter("dense1.g"), peer.Raw("g"));
        var identity = new double[inputs * inputs];
        for (var i = 0; i < inputs; i++)
            identity[i * inputs + i] = 1;

        var reference = new ReferenceNetwork(network, inputs, NetworkMode.Training);
        reference.Load(state);
        PlanCheck.Close("reference weight", reference.Forward(identity, inputs), PeerCheck.Columns(peer, "weight"), bound: PeerCheck.ReferenceBound);
        reference.Backward(PeerCheck.Columns(peer, "dweight"));
        var pass = reference.Pass(network["dense1"]);
        PlanCheck.Close("reference dv", pass.ParameterGradient(0), PeerCheck.Columns(peer, "dv"), bound: PeerCheck.ReferenceBound);
        PlanCheck.Close("reference dg", pass.ParameterGradient(1), peer.Raw("dg"), bound: PeerCheck.ReferenceBound);

        var run = new RunCase(state, Array.ConvertAll(identity, value => (float)value), PeerCheck.Columns(peer, "dweight"), inputs).ByPlan();
        PlanCheck.Close("weight", run.Output, PeerCheck.Columns(peer, "weight"));
        PlanCheck.Close("dv", run.Gradients["dense1.v"], PeerCheck.Columns(peer, "dv"));
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
    public void Every_case_of_the_peer_is_compared()
    {
        string[] compared =
        [
            .. BatchNorms, .. SampleNorms, .. Activations, .. MapAgreementTests.All, "linear", "weight-norm",
            "softmax-cross-entropy", "softmax-cross-entropy-large-logits", "mlp-batch-norm", .. TrainingAgreementTests.Optimizers.Select(row => $"optimizer-{row.Data}"),
        ];
        Assert.Equal(compared.Order(StringComparer.Ordinal), fixtures.Names.Order(StringComparer.Ordinal));
        Assert.Equal(56, compared.Length);
    }
}
