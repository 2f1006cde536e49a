using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Peers;

/// <summary>A training step of whole convolutional networks in float32 against libtorch's in float64.</summary>
[Collection(Dotnet.Collection)]
public class NetworkAgreementTests(PeerFixtures fixtures, ITestOutputHelper output) : IClassFixture<PeerFixtures>
{
    private const double LogitsBound = 1e-4;

    // Ten times libtorch's own float32 error of the same step from the same values: median and largest over the tensors, measured once by
    // running the peer in both precisions. Some of the rectified values may lie so near zero that rounding switches them, which is no
    // kernel's error: one switch in a map of n values moves all gradients before it by about 1 / sqrt(n), here by up to twice that. How many
    // are switched is counted against the references; libtorch's own figures for BN-Inception hold such switches too, the others' none.
    private const double Factor = 10;
    private const double OfSwitches = 2;

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
        float[] x = [.. peer.ChannelsLast("x").Select(value => (float)value)];
        var (switches, moved) = Switches(trainer.State, x, batch);
        var plan = trainer.Prepare(batch);
        plan.Plan.SetInput(x, batch);
        for (var i = 0; i < batch; i++)
            plan.Plan.CurrentRun.Labels[i] = (int)peer.Labels[i];
        trainer.TakeStep(batch);

        Assert.Equal(peer.Raw("loss")[0], plan.Loss.Mean(batch), tolerance: 1e-5);
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
        output.WriteLine($"{model}: relative errors of {errors.Count} gradients: median {median:E1} (libtorch's own {theirMedian:E1}), largest {largest:E1} ({theirLargest:E1}); {switches} rectified values are switched, good for {moved:E1}");
        Assert.True(median <= Factor * theirMedian + OfSwitches * moved, $"{model}: the median of the relative errors is {median:E2}");
        Assert.True(largest <= Factor * theirLargest + OfSwitches * moved, $"{model}: the largest relative error is {largest:E2}");
    }

    /// <summary>The rectified values that rounding switches on or off, against the float64 references, and by how much that may move gradients.</summary>
    private static (int Count, double Moved) Switches(NetworkState state, float[] x, int batch)
    {
        var reference = new ReferenceNetwork(state.Network, batch, NetworkMode.Training);
        reference.Load(state);
        reference.Forward(Array.ConvertAll(x, value => (double)value), batch);
        var plan = Plan.Compile(state, NetworkMode.Training, batch, StandardLayers.Catalogue, keepAll: true, backward: false);
        plan.SetInput(x, batch);
        plan.Run(new SerialExecutor(), batch);
        var (count, moved) = (0, 0.0);
        foreach (var (node, buffer) in plan.Values.Where(entry => entry.Node.Layer is Activation))
        {
            var ours = PlanCheck.Read(plan, buffer, batch);
            var exact = reference.Pass(node).Output;
            var switched = 0;
            for (var i = 0; i < ours.Length; i++)
                switched += ours[i] > 0 != exact[i] > 0 ? 1 : 0;
            (count, moved) = (count + switched, moved + switched / Math.Sqrt(ours.Length));
        }
        return (count, moved);
    }

    private static double[] InOurLayout(PeerCase peer, string kind, string name) => peer.Shape($"{kind}.{name}").Length switch
    {
        4 => peer.KernelFirst($"{kind}.{name}"),
        2 => peer.Transposed($"{kind}.{name}"),
        _ => peer.Raw($"{kind}.{name}"),
    };
}
