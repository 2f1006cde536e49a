using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Peers;

/// <summary>A whole training step, and optimizers, against libtorch.</summary>
[Collection(Dotnet.Collection)]
public class TrainingAgreementTests(PeerFixtures fixtures) : IClassFixture<PeerFixtures>
{
    // Four layers deep through three normalizations; libtorch's own float32 result is not stored for it.
    private const double NetworkBound = 2e-5;

    public static TheoryData<string> Optimizers =>
        ["sgd", "sgd-momentum", "sgd-nesterov", "sgd-weight-decay", "sgd-momentum-weight-decay", "adagrad", "adam"];

    [Fact]
    public void A_step_of_the_normalized_network_agrees_in_loss_gradients_weights_and_statistics()
    {
        var peer = fixtures["mlp-batch-norm"];
        var network = Network.Input(64).Dense(20).Sigmoid().Dense(20).Sigmoid().Dense(20).Sigmoid().Dense(10).WithBatchNormalization();
        using var trainer = Trainer.From(NetworkState.Create(network, 1), new Sgd(0.5f));
        foreach (var name in trainer.State.ParameterNames)
            Set(trainer.State.Parameter(name), Theirs(peer, "initial", name));
        var plan = trainer.Prepare(60);
        plan.Plan.SetInput([.. peer.Raw("x").Select(value => (float)value)], 60);
        for (var i = 0; i < 60; i++)
            plan.Plan.CurrentRun.Labels[i] = (int)peer.Labels[i];
        trainer.TakeStep(60);

        Assert.Equal(peer.Raw("loss")[0], plan.Loss.Mean(60), 6);
        PlanCheck.Close("logits", PlanCheck.Read(plan.Plan, plan.Plan.Output, 60), peer.Raw("logits"), bound: NetworkBound);
        foreach (var entry in trainer.State.Parameters)
        {
            var gradient = PlanCheck.Doubles(plan.Plan.Memory.Gradients.Span(entry.Offset, entry.Spec.Shape.Size));
            PlanCheck.Close($"gradient of {entry.Name}", gradient, Theirs(peer, "gradient", entry.Name), bound: NetworkBound);
            PlanCheck.Close($"{entry.Name} after the step", PlanCheck.Doubles(trainer.State.Values(entry)), Theirs(peer, "after", entry.Name), bound: NetworkBound);
        }
        for (var layer = 1; layer <= 3; layer++)
        {
            PlanCheck.Close("moving mean", trainer.State.Statistic($"batchNorm{layer}.movingMean"), peer.Raw($"after.hidden{layer}.norm.running_mean"), bound: NetworkBound);
            PlanCheck.Close("moving variance", trainer.State.Statistic($"batchNorm{layer}.movingVariance"), peer.Raw($"after.hidden{layer}.norm.running_var"), bound: NetworkBound);
        }
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Optimizers_take_the_same_path(string name)
    {
        var peer = fixtures[$"optimizer-{name}"];
        Optimizer optimizer = name switch
        {
            "sgd" => new Sgd(0.1f),
            "sgd-momentum" => new Sgd(0.1f, 0.9f),
            "sgd-nesterov" => new Sgd(0.1f, 0.9f, nesterov: true),
            "sgd-weight-decay" => new Sgd(0.1f) { WeightDecay = 0.05f },
            "sgd-momentum-weight-decay" => new Sgd(0.1f, 0.9f) { WeightDecay = 0.05f },
            "adagrad" => new Adagrad(0.1f),
            _ => new Adam(0.1f),
        };
        var (a, c, path) = (peer.Raw("a"), peer.Raw("c"), peer.Raw("trajectory"));
        float[] p = [.. path.Take(6).Select(value => (float)value)];
        var (first, second) = (new float[6], new float[6]);
        for (var step = 0; step < 5; step++)
        {
            var gradient = new float[6];
            for (var i = 0; i < 6; i++)
                gradient[i] = (float)Enumerable.Range(0, 6).Sum(j => a[i * 6 + j] * (p[j] - c[j]));
            optimizer.Update(new OptimizerStep
            {
                Values = p,
                Gradients = gradient,
                FirstSlot = optimizer.Slots > 0 ? first : default,
                SecondSlot = optimizer.Slots > 1 ? second : default,
                Rate = optimizer.LearningRate,
                Decay = optimizer.WeightDecay,
                Step = step,
            });
            PlanCheck.Close($"step {step}", PlanCheck.Doubles(p), path.AsSpan((step + 1) * 6, 6), bound: 1e-6);
        }
    }

    /// <summary>The peer's tensor for one of our parameters.</summary>
    private static double[] Theirs(PeerCase peer, string kind, string ours)
    {
        var (layer, parameter) = (ours[..ours.IndexOf('.', StringComparison.Ordinal)], ours[(ours.IndexOf('.', StringComparison.Ordinal) + 1)..]);
        var module = layer == "dense4" ? "output" : $"hidden{layer[^1]}.{(layer.StartsWith("dense", StringComparison.Ordinal) ? "linear" : "norm")}";
        return parameter == "weight" ? peer.Transposed($"{kind}.{module}.weight")
            : peer.Raw($"{kind}.{module}.{(parameter == "gamma" ? "weight" : "bias")}");
    }

    private static void Set(Span<float> target, double[] values)
    {
        for (var i = 0; i < target.Length; i++)
            target[i] = (float)values[i];
    }
}
