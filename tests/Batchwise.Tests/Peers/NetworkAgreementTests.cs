using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Peers;

/// <summary>A training step of whole convolutional networks in float32 against libtorch's in float64.</summary>
[Collection(Dotnet.Collection)]
public class NetworkAgreementTests(PeerFixtures fixtures, ITestOutputHelper output) : IClassFixture<PeerFixtures>
{
    // Relative error of a tensor's norm; libtorch's own float32 result is not stored for whole networks. Measured with the reference
    // convolutions: 8.4e-7, 1.1e-6 and, 69 normalizations deep, the last over 18 values, 1.3e-5.
    private const double Bound = 1e-4;

    [Theory]
    [InlineData("inception-small", 2, 32)]
    [InlineData("resnet-20", 2, 32)]
    [InlineData("bn-inception", 2, 96)]
    public void A_step_agrees_in_loss_logits_and_every_gradient(string model, int batch, int size)
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
        PlanCheck.Close("logits", PlanCheck.Read(plan.Plan, plan.Plan.Output, batch), peer.Raw("logits"), bound: Bound);
        var errors = new List<double>();
        foreach (var (ours, name) in pairs)
        {
            var gradient = PlanCheck.Doubles(plan.Plan.Memory.Gradients.Span(ours.Offset, ours.Spec.Shape.Size));
            var expected = InOurLayout(peer, "gradient", name);
            errors.Add(PlanCheck.Norm([.. gradient.Zip(expected, (a, b) => a - b)]) / PlanCheck.Norm(expected));
        }
        errors.Sort();
        output.WriteLine($"{model}: relative errors of {errors.Count} gradients: median {errors[errors.Count / 2]:E1}, largest {errors[^1]:E1}");
        Assert.True(errors[^1] <= Bound, $"{model}: the largest relative error is {errors[^1]:E2}");
    }

    private static double[] InOurLayout(PeerCase peer, string kind, string name) => peer.Shape($"{kind}.{name}").Length switch
    {
        4 => peer.KernelFirst($"{kind}.{name}"),
        2 => peer.Transposed($"{kind}.{name}"),
        _ => peer.Raw($"{kind}.{name}"),
    };
}
