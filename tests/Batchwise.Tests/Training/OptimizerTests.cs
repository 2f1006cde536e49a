namespace Batchwise.Tests.Training;

/// <summary>
/// Optimizers, schedules and decay as a trainer applies them, step by step, against their formulas in float64: y = w x + b on
/// one example, so that every gradient is known.
/// </summary>
public class OptimizerTests
{
    private const int Steps = 12;
    private const double X = 1.5;
    private const double Target = 0.5;

    // A dozen steps, each of a handful of roundings of 6e-8 of values of about one.
    private const double Bound = 5e-6;

    [Fact]
    public void Descent() => Follows(new Sgd(0.1f), (_, g, _) => 0.1 * g);

    [Fact]
    public void Momentum() => Follows(new Sgd(0.05f, 0.8f), (_, g, kept) => 0.05 * (kept[0] = 0.8 * kept[0] + g));

    [Fact]
    public void Nesterov() => Follows(new Sgd(0.05f, 0.8f, nesterov: true), (_, g, kept) =>
    {
        kept[0] = 0.8 * kept[0] + g;
        return 0.05 * (g + 0.8 * kept[0]);
    });

    [Fact]
    public void Adagrad_divides_by_all_it_has_seen() => Follows(new Adagrad(0.2f, 1e-3f), (_, g, kept) =>
    {
        kept[0] += g * g;
        return 0.2 * g / (Math.Sqrt(kept[0]) + 1e-3);
    });

    [Fact]
    public void Adam_corrects_its_averages_for_their_start() => Follows(new Adam(0.1f, 0.7f, 0.9f, 1e-3f), (step, g, kept) =>
    {
        kept[0] = 0.7 * kept[0] + 0.3 * g;
        kept[1] = 0.9 * kept[1] + 0.1 * g * g;
        return 0.1 * kept[0] / (1 - Math.Pow(0.7, step + 1)) / (Math.Sqrt(kept[1] / (1 - Math.Pow(0.9, step + 1))) + 1e-3);
    });

    [Fact]
    public void A_schedule_multiplies_the_rate() =>
        Follows(new Sgd(0.1f) { Schedule = LearningRateSchedule.Step(5, 0.5).WithWarmUp(3) }, (step, g, _) => 0.1 * g * step switch
        {
            0 => 1 / 3.0,
            1 => 2 / 3.0,
            < 8 => 1,
            _ => 0.5,
        });

    [Fact]
    public void Decay_pulls_at_the_weight_and_leaves_the_bias() =>
        Follows(new Sgd(0.1f, 0.5f) { WeightDecay = 0.3f }, (_, g, kept) => 0.1 * (kept[0] = 0.5 * kept[0] + g), weightDecay: 0.3);

    [Fact]
    public void Decay_spares_gamma_beta_biases_and_slopes_of_every_layer_that_has_some()
    {
        Layer[] layers =
        [
            new BatchNormalization(), new GhostBatchNormalization { GhostSize = 10 }, new AffineOnly(), new ChannelAffine(), new ZcaWhitening(),
            new LayerNormalization(), new GroupNormalization(4), new InstanceNormalization(), new Prelu(),
        ];
        foreach (var layer in layers)
        {
            // Maps, since an instance normalization leaves nothing of a vector.
            var network = Network.Input(6, 6, 1).Convolution(20, 3).Then(layer).Flatten().Dense(3);
            NetworkState After(Optimizer optimizer)
            {
                using var trainer = new Trainer(network, optimizer, threads: 1);
                trainer.Fit(new Squares(), 20, 1);
                return trainer.State;
            }

            var begun = NetworkState.Create(network, seed: 1);
            var (free, decayed, all) = (After(new Sgd(0.1f)), After(new Sgd(0.1f) { WeightDecay = 0.5f }), After(new Sgd(0.1f) { WeightDecay = 0.5f, DecayAll = true }));
            foreach (var name in free.ParameterNames)
            {
                bool Same(NetworkState other) => free.Parameter(name).SequenceEqual(other.Parameter(name));
                Assert.True(Same(decayed) == !name.EndsWith(".weight", StringComparison.Ordinal), $"{name} of {layer.Kind}");
                // What begins at 0 has nothing to lose in the first step.
                if (begun.Parameter(name).ContainsAnyExcept(0))
                    Assert.False(Same(all), $"{name} of {layer.Kind}");
            }
        }
    }

    [Fact]
    public void Unless_it_is_asked_to_decay_all() =>
        Follows(new Adagrad(0.1f, 1e-3f) { WeightDecay = 0.3f, DecayAll = true }, (_, g, kept) =>
        {
            kept[0] += g * g;
            return 0.1 * g / (Math.Sqrt(kept[0]) + 1e-3);
        }, weightDecay: 0.3, biasDecay: 0.3);

    [Fact]
    public void Decaying_all_takes_gamma_beta_and_slopes_too()
    {
        var network = Network.Input(37).Dense(5).BatchNormalization().Prelu().Dense(3);
        var start = Execution.RandomState.Of(network);
        NetworkState Step(Optimizer optimizer)
        {
            using var trainer = Trainer.From(start.Clone(), optimizer);
            trainer.Fit(new Execution.Toy(), 20, 1);
            return trainer.State;
        }
        var (free, decayed) = (Step(new Sgd(0.1f)), Step(new Sgd(0.1f) { WeightDecay = 0.5f, DecayAll = true }));
        foreach (var name in start.ParameterNames)
        {
            for (var i = 0; i < start.Parameter(name).Length; i++)
                Assert.Equal(-0.1 * 0.5 * start.Parameter(name)[i], decayed.Parameter(name)[i] - (double)free.Parameter(name)[i], 1e-6);
        }
    }

    /// <summary>Trains w and b for some steps, and compares them after each.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="change">What a step takes off a value: by step from 0, gradient with decay, and what is kept of the value.</param>
    /// <param name="weightDecay">The decay of w.</param>
    /// <param name="biasDecay">The decay of b.</param>
    private static void Follows(Optimizer optimizer, Func<int, double, double[], double> change, double weightDecay = 0, double biasDecay = 0)
    {
        using var trainer = new Trainer(Network.Input(1).Dense(1), optimizer, loss: Loss.MeanSquaredError, threads: 1);
        trainer.State.Parameter("dense1.weight")[0] = 1.25f;
        trainer.State.Parameter("dense1.bias")[0] = -0.75f;
        var (w, b, ofW, ofB) = (1.25, -0.75, new double[2], new double[2]);
        for (var step = 0; step < Steps; step++)
        {
            trainer.Fit(new OneExample(), 1, 1);
            // The loss is (w x + b - t)^2.
            var error = 2 * (w * X + b - Target);
            w -= change(step, error * X + weightDecay * w, ofW);
            b -= change(step, error + biasDecay * b, ofB);
            Assert.Equal(w, trainer.State.Parameter("dense1.weight")[0], Bound);
            Assert.Equal(b, trainer.State.Parameter("dense1.bias")[0], Bound);
        }
        Assert.True(Math.Abs(w - 1.25) > 0.05, "the weight hardly moved");
    }

    /// <summary>Twenty maps of pseudo-random values.</summary>
    private sealed class Squares : IExamples
    {
        public int Count => 20;

        public Shape Shape => new(6, 6, 1);

        public int Classes => 3;

        public int Label(int index) => index % 3;

        public void CopyInput(int index, Span<float> destination)
        {
            var random = new Philox(1, RandomPurpose.Experiment, (ulong)index);
            foreach (ref var value in destination)
                value = (float)random.NextNormal();
        }
    }

    private sealed class OneExample : IExamples
    {
        public int Count => 1;

        public Shape Shape => new(1);

        public int Classes => 1;

        public void CopyInput(int index, Span<float> destination) => destination[0] = (float)X;

        public int Label(int index) => 0;

        public void CopyTarget(int index, Span<float> target) => target[0] = (float)Target;
    }
}
