using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Training;

/// <summary>Accuracy is the share of right answers, and there is none where nothing can be right.</summary>
public class AccuracyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Values_have_no_accuracy_however_many_there_are(int outputs)
    {
        using var trainer = new Trainer(Network.Input(37).Dense(outputs), new Sgd(0.01f), loss: Loss.MeanSquaredError);
        var examples = new Questions(outputs);
        var history = trainer.Fit(examples, 20, 5);
        Assert.All(history.Reports, report => Assert.Equal(double.NaN, report.Accuracy));
        Assert.Equal(double.NaN, trainer.Evaluate(examples).Accuracy);
        Assert.Equal(double.NaN, trainer.ToModel().Evaluate(examples).Accuracy);
    }

    [Fact]
    public void Independent_yes_or_no_answers_are_counted_one_by_one()
    {
        using var trainer = new Trainer(Network.Input(37).Dense(9).Relu().Dense(3).WithBatchNormalization(), new Sgd(0.5f), loss: Loss.BinaryCrossEntropy);
        var examples = new Questions(3);
        trainer.Fit(examples, 20, 30);
        trainer.EstimatePopulation(examples, 20);
        var model = trainer.ToModel();
        var (right, probabilities, target) = (0, model.Predict(examples), new float[3]);
        for (var i = 0; i < examples.Count; i++)
        {
            examples.CopyTarget(i, target);
            for (var j = 0; j < 3; j++)
                right += probabilities[3 * i + j] > 0.5f == target[j] > 0.5f ? 1 : 0;
        }
        var share = right / 300.0;
        // Neither chance nor so good that counting whole examples would give the same.
        Assert.InRange(share, 0.8, 0.99);
        Assert.Equal(share, model.Evaluate(examples).Accuracy);
        Assert.Equal(share, trainer.Evaluate(examples, StatisticsSource.Population).Accuracy);

        // Of one step the report is the share before it, in training mode.
        var probe = new LayerProbe(trainer.State, trainer.Network.NameOf(trainer.Network.Output), NetworkMode.Training, 100);
        var logits = probe.Read(examples);
        var before = Enumerable.Range(0, 300).Count(i => logits[i] > 0 == examples.IsYes(i / 3, i % 3)) / 300.0;
        Assert.Equal(before, trainer.Fit(examples, 100, 1).Reports[0].Accuracy);
    }

    [Fact]
    public void The_doctor_counts_them_too()
    {
        var network = Network.Input(37).Dense(9).Relu().Dense(3).WithBatchNormalization();
        using var sick = new Trainer(network, new Sgd(0.5f), loss: Loss.BinaryCrossEntropy);
        // One batch of the doctor's.
        var examples = new Questions(3, 60);
        sick.Fit(examples, 20, 60);
        sick.EstimatePopulation(examples, 20);
        var model = sick.ToModel();
        Assert.DoesNotContain(Doctor.Examine(model, examples).Findings, finding => finding.Check == "inference-gap");
        model.State.Statistic("batchNorm1.populationMean").Fill(50);
        var finding = Assert.Single(Doctor.Examine(model, examples).Findings, finding => finding.Check == "inference-gap");
        Assert.Contains(FormattableString.Invariant($"accuracy {model.Evaluate(examples).Accuracy:0.0000}, "), finding.What, StringComparison.Ordinal);
    }

    /// <summary>Independent yes-or-no questions about the noise of an example.</summary>
    private sealed class Questions(int count, int examples = 100) : ExamplesView(new Toy(examples))
    {
        // Which side of 0 some value of the example lies on, nearly.
        public bool IsYes(int index, int question)
        {
            var input = new float[37];
            CopyInput(index, input);
            return input[question] + 0.3f * input[question + 9] > 0.4f;
        }

        public override void CopyTarget(int index, Span<float> target)
        {
            for (var question = 0; question < count; question++)
                target[question] = IsYes(index, question) ? 1 : 0;
        }
    }
}
