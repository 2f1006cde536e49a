using System.Collections.Immutable;
using Batchwise.Lab;

namespace Batchwise.Tests.Lab;

public sealed class DropoutQuestionTests : IDisposable
{
    private const int Batch = 20;

    private readonly LabBench lab = new();

    public void Dispose() => lab.Dispose();

    [Fact]
    public void Every_number_of_images_has_its_table_and_too_few_are_refused()
    {
        var result = new DropoutQuestion().Run(lab.Open(LabBench.Settings with { Steps = 4 }));
        Assert.Equal(["best", "best-40", "passes", "shift"], result.Tables.Select(table => table.Name));
        Assert.Equal(["plain", "dropout", "batch-norm", "batch-norm-dropout", "dropout-batch-norm"], result.Tables[1].Rows.Select(row => row[0]));
        var cell = Assert.Single(result.Refused);
        Assert.Equal(("8 training images", "They do not fill a batch of 20."), (cell.Cell, cell.Reason));
        Assert.Contains("40 images", result.Answer, StringComparison.Ordinal);
        // 7 pairs and 4 gains for each number of images.
        Assert.All(result.Tables.Take(3), table => Assert.Contains("for the 22 comparisons", table.Note, StringComparison.Ordinal));
        Assert.Equal(8, result.Tables[2].Rows.Length);
        Assert.Equal(8, result.Tables[3].Rows.Length);
        Assert.Equal(["sizes", "accuracy-400", "likelihood-400", "accuracy-40", "likelihood-40"], result.Figures.Select(figure => figure.Name));
    }

    [Fact]
    public void The_orders_of_both_put_dropout_where_they_say()
    {
        static string[] Kinds(Arm arm) => [.. arm.Build(LabBench.Network, 0.25).Nodes.Select(node => node.Layer.Kind)];
        Assert.Equal(["input", "flatten", "dense", "batchNorm", "sigmoid", "dropout", "dense"], Kinds(DropoutArms.NormalizedFirst));
        Assert.Equal(["input", "flatten", "dense", "dropout", "batchNorm", "sigmoid", "dense"], Kinds(DropoutArms.DroppedFirst));
    }

    [Fact]
    public void Dropout_before_the_input_of_a_layer_shifts_its_variance_and_none_does_not()
    {
        var still = VarianceShift.Measure(NetworkState.Create(LabBench.Network.WithDropout(0), 3), LabBench.Data.Train, Batch);
        Assert.Equal(1, Assert.Single(still), 1e-12);

        // Of a value that is dropped or divided by 1 - p the square is greater by 1 / (1 - p), so the variance grows by more than that.
        var state = Trained(DropoutArms.DroppedFirst, 0.5);
        var ratio = Assert.Single(VarianceShift.Measure(state, LabBench.Data.Train, Batch));
        Assert.True(ratio > 1.9, $"{ratio}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_average_of_passes_is_the_mean_of_their_probabilities(bool masks)
    {
        var state = Trained(masks ? Arms.Dropout : Arms.BatchNorm, masks ? 0.5 : null);
        var examples = LabBench.Data.Validation;
        var values = AveragedPredictions.Measure(state, examples, Batch, masks);
        Assert.Equal(2 * (1 + AveragedPredictions.Passes.Length), values.Length);
        using var trainer = Trainer.From(state, new Sgd(1), threads: 1);
        var inference = trainer.Evaluate(examples, StatisticsSource.PopulationElseMoving);
        Assert.Equal(inference.Accuracy, values[AveragedPredictions.Inference]);
        Assert.Equal(inference.Loss, values[AveragedPredictions.Inference + 1], 1e-5);

        // Two passes by hand.
        var probe = new LayerProbe(state, "dense2", masks ? NetworkMode.Training : NetworkMode.Statistics, Batch);
        var sum = new double[examples.Count, 10];
        foreach (var pass in new[] { 1, 2 })
        {
            var companions = new CompanionExamples(examples, Batch, pass);
            var outputs = masks ? probe.Read(examples, seed: (ulong)pass) : probe.Read(companions);
            for (var i = 0; i < examples.Count; i++)
            {
                double[] powers = [.. outputs.Skip(i * 10).Take(10).Select(value => Math.Exp(value))];
                for (var j = 0; j < 10; j++)
                    sum[masks ? i : companions.Source(i), j] += powers[j] / powers.Sum();
            }
        }
        var places = Enumerable.Range(0, examples.Count).ToArray();
        Assert.Equal(places.Average(i => -Math.Log(sum[i, examples.Label(i)] / 2)), values[AveragedPredictions.PlaceOf(2) + 1], 1e-9);
        Assert.Equal(places.Average(i => Enumerable.Range(0, 10).MaxBy(j => sum[i, j]) == examples.Label(i) ? 1.0 : 0), values[AveragedPredictions.PlaceOf(2)], 1e-12);
        // Noise there is: one pass is not inference.
        Assert.NotEqual(values[AveragedPredictions.Inference + 1], values[AveragedPredictions.PlaceOf(1) + 1], 1e-4);
        Assert.Equal(values, AveragedPredictions.Measure(state, examples, Batch, masks));
    }

    [Fact]
    public void Averages_of_a_network_without_noise_are_its_inference()
    {
        var state = NetworkState.Create(LabBench.Network, 3);
        var values = AveragedPredictions.Measure(state, LabBench.Data.Validation, batch: 32, masks: false);
        foreach (var passes in AveragedPredictions.Passes)
        {
            Assert.Equal(values[0], values[AveragedPredictions.PlaceOf(passes)]);
            Assert.Equal(values[1], values[AveragedPredictions.PlaceOf(passes) + 1], 1e-6);
        }
    }

    [Fact]
    public void Companions_fill_whole_batches_and_hold_every_example()
    {
        var source = LabBench.Data.Validation;
        var first = new CompanionExamples(source, 32, 1);
        Assert.Equal((80, 96), (source.Count, first.Count));
        Assert.Equal(Enumerable.Range(0, 80), Enumerable.Range(0, 80).Select(first.Source).Order());
        Assert.Equal(Enumerable.Range(0, 16).Select(first.Source), Enumerable.Range(80, 16).Select(first.Source));
        Assert.NotEqual(Enumerable.Range(0, 80).Select(first.Source), Enumerable.Range(0, 80).Select(new CompanionExamples(source, 32, 2).Source));
        Assert.All(Enumerable.Range(0, 96), i => Assert.Equal(source.Label(first.Source(i)), first.Label(i)));
    }

    [Fact]
    public void What_was_measured_is_kept_and_a_diverged_run_measures_nothing()
    {
        var bench = lab.Open();
        var request = bench.Request(Arms.BatchNorm, new(1), 3, 6, scoreTest: true);
        var calls = 0;
        ImmutableArray<double> Measure(NetworkState state, RunRequest _)
        {
            calls++;
            using var trainer = Trainer.From(state, new Sgd(1), threads: 1);
            return [trainer.Evaluate(LabBench.Data.Validation, StatisticsSource.Population).Accuracy];
        }
        var values = bench.MeasureAll([request], "trial", Measure);
        // The network trained once more is the run's.
        Assert.Equal(bench.RunAll([request])[0].Validation, Assert.Single(values[0]));
        Assert.Equal(values[0], lab.Open().MeasureAll([request], "trial", Measure)[0]);
        Assert.Equal(1, calls);

        var network = Network.Input(28, 28, 1).Flatten().Dense(12).Relu().Dense(12).Relu().Dense(10);
        var broken = lab.Open(network: network);
        Assert.Empty(broken.MeasureAll([broken.Request(Arms.Plain, new(1e30f), 3, 10, scoreTest: true)], "trial", Measure)[0]);
        Assert.Equal(1, calls);
    }

    private static NetworkState Trained(Arm arm, double? choice)
    {
        var state = NetworkState.Create(arm.Build(LabBench.Network, choice), 3);
        using var trainer = Trainer.From(state, new Sgd(0.5f), threads: 1);
        trainer.Fit(LabBench.Data.Train, Batch, 60);
        trainer.EstimatePopulation(LabBench.Data.Train, Batch);
        return state;
    }
}
