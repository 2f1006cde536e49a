#:project ../../src/Batchwise/Batchwise.csproj
using Batchwise;

// Two values, whatever they are, become -1 and 1: all that is left of them is which one is larger.
foreach (var pair in new float[][] { [1, 2], [1, 1000], [-3, -7] })
{
    var state = NetworkState.Create(Network.Input(1).BatchNormalization(), seed: 1);
    var normalized = new LayerProbe(state, "batchNorm1", NetworkMode.Training, batchSize: 2).Read(new Dataset(pair, new int[2], new Shape(1), classes: 1));
    Console.WriteLine($"{pair[0]}, {pair[1]} becomes {normalized[0]:0.000}, {normalized[1]:0.000}");
}

var (train, test) = GeneratedDigits.Load(train: 12_000, test: 2_000);
var network = Network.Input(28, 28, 1).Flatten().Dense(100).Sigmoid().Dense(100).Sigmoid().Dense(10).WithBatchNormalization();
foreach (var batch in new[] { 2, 4, 16, 60 })
{
    using var trainer = new Trainer(network, new Sgd(0.25f), seed: 1);
    trainer.Fit(train, batch, steps: 60_000 / batch);  // as many images for each
    var seen = Right(new LayerProbe(trainer.State, "dense3", NetworkMode.Training, batch).Read(test), test);
    trainer.EstimatePopulation(train, batch);
    var used = trainer.Evaluate(test, StatisticsSource.Population).Accuracy;
    Console.WriteLine($"batch of {batch,2}: {seen:P1} right as in training, {used:P1} right in inference");
}

static double Right(float[] logits, Dataset data) => Enumerable.Range(0, data.Count)
    .Count(i => logits.AsSpan(i * 10, 10).IndexOf(logits.AsSpan(i * 10, 10).ToArray().Max()) == data.Label(i)) / (double)data.Count;
