using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Normalization;

public class ReparameterizationFoldingTests
{
    private static readonly Network Plain = Network.Input(37).Dense(20).Sigmoid().Dense(11).Tanh().Dense(3);

    private static readonly Dictionary<string, Network> Networks = new()
    {
        ["weight normalization"] = Plain.WithWeightNormalization(),
        ["weight standardization"] = Plain.WithWeightStandardization(),
        ["weight normalization and batch normalization"] = Plain.WithBatchNormalization().WithWeightNormalization(),
        ["weight standardization and batch normalization"] = Plain.WithBatchNormalization().WithWeightStandardization(),
        ["one layer"] = Plain.WithWeightNormalization(name => name == "dense2"),
    };

    public static TheoryData<string> Names => [.. Networks.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Folding_leaves_plain_weights_and_the_same_predictions(string name)
    {
        using var trainer = new Trainer(Networks[name], new Sgd(0.1f), 1);
        trainer.Fit(new Toy(), 20, 40);
        var model = trainer.ToModel();
        var folded = model.Fold();
        Assert.All(folded.Network.Nodes.Select(node => node.Layer).OfType<Dense>(), dense => Assert.Equal(Reparameterization.None, dense.Reparameterization));
        Assert.DoesNotContain(folded.Network.Nodes, node => node.Layer is BatchNormalization);
        Assert.Equal(["dense1", "dense2", "dense3"], folded.Network.Nodes.Where(node => node.Layer is Dense).Select(folded.Network.NameOf));
        // Both round each effective weight once, at 6e-8; predictions are probabilities.
        PlanCheck.Close("predictions", PlanCheck.Doubles(folded.Predict(new Toy())), PlanCheck.Doubles(model.Predict(new Toy())), bound: 2e-6);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_learns_the_toy_task(string name)
    {
        using var trainer = new Trainer(Networks[name], new Sgd(0.1f, 0.9f), 1);
        trainer.Fit(new Toy(), 20, 200);
        Assert.InRange(trainer.Evaluate(new Toy()).Accuracy, 0.95, 1);
    }

    [Fact]
    public void A_model_file_keeps_what_is_trained()
    {
        var folder = Directory.CreateTempSubdirectory("batchwise-weights-").FullName;
        try
        {
            using var trainer = new Trainer(Networks["weight normalization"], new Sgd(0.1f), 1);
            trainer.Fit(new Toy(), 20, 10);
            var model = trainer.ToModel();
            var path = Path.Combine(folder, "model.safetensors");
            model.Save(path);
            var read = Model.Load(path);
            Assert.Equal(model.State.Parameter("dense1.v").ToArray(), read.State.Parameter("dense1.v").ToArray());
            Assert.Equal(model.State.Parameter("dense1.g").ToArray(), read.State.Parameter("dense1.g").ToArray());
            Assert.Equal(model.Predict(new Toy()), read.Predict(new Toy()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
