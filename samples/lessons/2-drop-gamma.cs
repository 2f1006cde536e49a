#:project ../../src/Batchwise/Batchwise.csproj
using Batchwise;

var (train, test) = GeneratedDigits.Load(train: 12_000, test: 2_000);
var plain = Network.Input(28, 28, 1).Flatten()
    .Dense(100).Sigmoid().Dense(100).Sigmoid().Dense(100).Sigmoid().Dense(10);

foreach (var trained in new[] { true, false })
{
    var network = plain.WithBatchNormalization(new BatchNormalization { TrainAffine = trained });
    using var trainer = new Trainer(network, new Sgd(2), seed: 1);
    trainer.Fit(train, batchSize: 60, steps: 3_000);
    var gamma = trainer.State.Parameter("batchNorm1.gamma").ToArray();
    Console.WriteLine($"gamma and beta {(trained ? "trained" : "fixed  ")}: {trainer.ToInference(train).Evaluate(test).Accuracy:P1} right, gamma of the first layer {gamma.Min():0.00} to {gamma.Max():0.00}");
}

// Section 3 of the paper: with gamma = sqrt(variance + epsilon) and beta = mean the layer gives back what it was given.
var values = new float[] { 3, 5, 4, 8 };
var state = NetworkState.Create(Network.Input(1).BatchNormalization(new BatchNormalization { Epsilon = 1e-5 }), seed: 1);
state.Parameter("batchNorm1.gamma")[0] = (float)Math.Sqrt(3.5 + 1e-5);  // of 3, 5, 4, 8: the mean is 5, the variance 3.5
state.Parameter("batchNorm1.beta")[0] = 5;
var given = new Dataset(values, new int[4], new Shape(1), classes: 1);
var back = new LayerProbe(state, "batchNorm1", NetworkMode.Training, batchSize: 4).Read(given);
Console.WriteLine($"in: {string.Join(" ", values)}, out: {string.Join(" ", back.Select(value => value.ToString("0.000")))}");
