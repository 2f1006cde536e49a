#:project ../../src/Batchwise/Batchwise.csproj
using Batchwise;

var (train, test) = GeneratedDigits.Load(train: 12_000, test: 2_000);
var network = Network.Input(28, 28, 1).Flatten()
    .Dense(100).Sigmoid().Dense(100).Sigmoid().Dense(100).Sigmoid().Dense(10).WithBatchNormalization();
using var trainer = new Trainer(network, new Sgd(2), seed: 1);
trainer.Fit(train, batchSize: 60, steps: 1_500);
trainer.EstimatePopulation(train);

var whole = trainer.ToModel();
var folded = whole.Fold();
foreach (var (name, model) in new[] { ("with batch norm", whole), ("folded", folded) })
    Console.WriteLine($"{name}: {model.Network.Nodes.Length} layers, {model.Network.ParameterCount:N0} parameters, {model.Evaluate(test).Accuracy:P2} right");
var difference = whole.Predict(test).Zip(folded.Predict(test), (left, right) => Math.Abs(left - right)).Max();
Console.WriteLine($"largest difference of any probability of {test.Count:N0} images: {difference:0.0e+0}");
Console.WriteLine(folded.Network);
