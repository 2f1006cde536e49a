using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Peers;

/// <summary>A training step of whole convolutional networks in float32 against libtorch's in float64.</summary>
[Collection(Dotnet.Collection)]
public class NetworkAgreementTests(PeerFixtures fixtures, ITestOutputHelper output) : IClassFixture<PeerFixtures>
{
    private const double LogitsBound = 1e-4;

    // Ten times libtorch's own float32 error of the same step from the same values: median and largest over the tensors, measured once by
    // running the peer in both precisions. BN-Inception's is large for a reason that is no kernel's: among its millions of rectified values
    // some lie so near zero that rounding switches them, and one switch in a map of n values moves all gradients before it by about
    // 1 / sqrt(n). With the convolutions' references, which round less, no value switches, and its largest error is 1.3e-5.
    private const double Factor = 10;

    [Theory]
    [InlineData("inception-small", 2, 32, 1.5e-6, 2.4e-6)]
    [InlineData("resnet-20", 2, 32, 1.9e-6, 3.3e-6)]
    [InlineData("bn-inception", 2, 96, 8.9e-4, 3.7e-3)]
    public void A_step_agrees_in_loss_logits_and_every_gradient(string model, int batch, int size, double theirMedian, double theirLargest)
    {
        var peer = fixtures.Network(model, batch, size);
        var network = model switch
        {
            "inception-small" => InceptionSmall.Create(size: size),
            "resnet-20" => ResNet20.Create(size: size),
            _ => BnInception.Create(size: size),
        };
        using var trainer = Trainer.From(NetworkState.Create(network, 1), new Sgd(0.01f));
        // Both sides list parameters module by module, branches in the order of their concatenation.
        var theirs = peer.Names.Where(name => name.StartsWith("initial.", StringComparison.Ordinal)).Select(name => name["initial.".Length..]).ToArray();
        var pairs = trainer.State.Parameters.Zip(theirs).ToArray();
        Assert.Equal(trainer.State.Parameters.Length, theirs.Length);
        foreach (var (ours, name) in pairs)
        {
            var values = InOurLayout(peer, "initial", name);
            Assert.Equal(ours.Spec.Shape.Size, values.Length);
            for (var i = 0; i < values.Length; i++)
                trainer.State.Values(ours)[i] = (float)values[i];
        }
        var plan = trainer.Prepare(batch);
        plan.Plan.SetInput([.. peer.ChannelsLast("x").Select(value => (float)value)], batch);
        for (var i = 0; i < batch; i++)
            plan.Plan.CurrentRun.Labels[i] = (int)peer.Labels[i];
        trainer.TakeStep(batch);

        Assert.Equal(peer.Raw("loss")[0], plan.Loss.Mean(batch), 5);
        PlanCheck.Close("logits", PlanCheck.Read(plan.Plan, plan.Plan.Output, batch), peer.Raw("logits"), bound: LogitsBound);
        var errors = new List<double>();
        foreach (var (ours, name) in pairs)
        {
            var gradient = PlanCheck.Doubles(plan.Plan.Memory.Gradients.Span(ours.Offset, ours.Spec.Shape.Size));
            var expected = InOurLayout(peer, "gradient", name);
            errors.Add(PlanCheck.Norm([.. gradient.Zip(expected, (a, b) => a - b)]) / PlanCheck.Norm(expected));
        }
        errors.Sort();
        var (median, largest) = (errors[errors.Count / 2], errors[^1]);
        output.WriteLine($"{model}: relative errors of {errors.Count} gradients: median {median:E1} (libtorch's own {theirMedian:E1}), largest {largest:E1} ({theirLargest:E1})");
        Assert.True(median <= Factor * theirMedian, $"{model}: the median of the relative errors is {median:E2}");
        Assert.True(largest <= Factor * theirLargest, $"{model}: the largest relative error is {largest:E2}");
    }

    private static double[] InOurLayout(PeerCase peer, string kind, string name) => peer.Shape($"{kind}.{name}").Length switch
    {
        4 => peer.KernelFirst($"{kind}.{name}"),
        2 => peer.Transposed($"{kind}.{name}"),
        _ => peer.Raw($"{kind}.{name}"),
    };
}
