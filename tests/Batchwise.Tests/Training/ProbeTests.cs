using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Training;

public class ProbeTests
{
    private const int Batch = 20;

    private static readonly int[] FirstBatch = [.. Enumerable.Range(0, Batch)];

    private static Network Smooth => Network.Input(37).Dense(9).Tanh().Dense(3).WithBatchNormalization();

    private static Network Noisy => Toy.Network.Until("dense1").Tanh().Dropout(0.5).Dense(3).BatchNormalization();

    [Fact]
    public void A_gradient_is_what_a_step_of_descent_takes_away()
    {
        const float rate = 0.25f;
        var examples = new Toy(Batch);
        using var trainer = new Trainer(Smooth, new Sgd(rate), 3, threads: 1);
        var probe = new GradientProbe(trainer.State, Batch);
        var before = trainer.State.Clone();
        var loss = probe.Run(examples, FirstBatch);
        Same(before, trainer.State);
        var gradients = trainer.State.ParameterNames.ToDictionary(name => name, name => probe.Gradient(name).ToArray());

        var history = trainer.Fit(examples, Batch, 1);
        Assert.Equal(history.LastLoss, loss, 1e-6);
        foreach (var (name, gradient) in gradients)
        {
            Assert.NotEqual(0, gradient.Max(Math.Abs));
            for (var i = 0; i < gradient.Length; i++)
                Assert.Equal(before.Parameter(name)[i] - rate * gradient[i], trainer.State.Parameter(name)[i], 1e-5f);
        }
    }

    [Theory]
    [InlineData(NetworkMode.Training)]
    [InlineData(NetworkMode.Statistics)]
    [InlineData(NetworkMode.Inference)]
    public void A_layer_is_seen_as_the_reference_computes_it_in_every_mode(NetworkMode mode)
    {
        var examples = new Toy(Batch);
        var state = NetworkState.Create(Noisy, 5);
        var seen = new LayerProbe(state, "batchNorm1", mode, Batch).Read(examples, seed: 9);

        var input = new float[Batch * examples.Shape.Size];
        for (var i = 0; i < Batch; i++)
            examples.CopyInput(i, input.AsSpan(i * examples.Shape.Size, examples.Shape.Size));
        var reference = new ReferenceNetwork(Noisy, Batch, mode);
        reference.Load(state);
        var expected = reference.Forward(PlanCheck.Doubles(input), Batch, seed: 9);
        PlanCheck.Close("seen", PlanCheck.Doubles(seen), expected.ToArray());
    }

    [Fact]
    public void Each_batch_draws_masks_of_its_own()
    {
        // The same examples in every batch: without masks, and with the same masks, each would give the same outputs.
        var examples = new Dataset([.. Enumerable.Repeat(1f, 3 * Batch * 37)], new int[3 * Batch], new Shape(37), 3);
        var network = Network.Input(37).Dense(9).Tanh().Dropout(0.5).Dense(3);
        var state = NetworkState.Create(network, 5);
        var (masked, plain) = (new LayerProbe(state, "dense2", NetworkMode.Training, Batch).Read(examples), new LayerProbe(state, "dense2", NetworkMode.Inference, Batch).Read(examples));
        float[] Of(float[] outputs, int batch) => outputs[(batch * Batch * 3)..((batch + 1) * Batch * 3)];
        Assert.Equal(Of(plain, 0), Of(plain, 1));
        Assert.NotEqual(Of(masked, 0), Of(masked, 1));
        Assert.NotEqual(Of(masked, 1), Of(masked, 2));
        Assert.NotEqual(Of(masked, 0), Of(masked, 2));
        // And within a batch each example.
        Assert.NotEqual(masked[..3], masked[3..6]);
    }

    [Fact]
    public void Masks_depend_on_the_seed_in_training_alone_and_looking_changes_nothing()
    {
        var examples = new Toy(3 * Batch);
        var state = NetworkState.Create(Noisy, 5);
        var before = state.Clone();
        foreach (var mode in new[] { NetworkMode.Training, NetworkMode.Statistics })
        {
            var probe = new LayerProbe(state, "batchNorm1", mode, Batch);
            var (one, again, other) = (probe.Read(examples, seed: 1), probe.Read(examples, seed: 1), probe.Read(examples, seed: 2));
            Assert.Equal(one, again);
            Assert.Equal(mode == NetworkMode.Statistics, one.SequenceEqual(other));
        }
        Same(before, state);
    }

    [Fact]
    public void What_a_probe_cannot_do_is_refused()
    {
        var state = NetworkState.Create(Toy.Network, 5);
        var probe = new GradientProbe(state, Batch);
        Assert.Contains("1 to 20 examples, not 0", Assert.Throws<ArgumentException>(() => probe.Run(new Toy(), [])).Message, StringComparison.Ordinal);
        Assert.Contains("no parameter 'dense9.weight'; it has dense1.weight", Assert.Throws<ArgumentException>(() => probe.Gradient("dense9.weight")).Message, StringComparison.Ordinal);
        Assert.Contains("no layer 'dense9'", Assert.Throws<ArgumentException>(() => new LayerProbe(state, "dense9")).Message, StringComparison.Ordinal);
    }

    private static void Same(NetworkState expected, NetworkState actual)
    {
        foreach (var name in expected.ParameterNames)
            Assert.True(expected.Parameter(name).SequenceEqual(actual.Parameter(name)), name);
        foreach (var name in expected.StatisticNames)
            Assert.True(expected.Statistic(name).SequenceEqual(actual.Statistic(name)), name);
    }
}
