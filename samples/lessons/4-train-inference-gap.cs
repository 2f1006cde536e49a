#:project ../../src/Batchwise/Batchwise.csproj
using Batchwise;

var (train, test) = GeneratedDigits.Load(train: 12_000, test: 2_000);
var plain = Network.Input(28, 28, 1).Flatten()
    .Dense(100).Sigmoid().Dense(100).Sigmoid().Dense(100).Sigmoid().Dense(10);

foreach (var weight in new[] { 0.1, 0.001, 0.999 })
{
    var network = plain.WithBatchNormalization(new BatchNormalization { NewBatchWeight = weight });
    using var trainer = new Trainer(network, new Sgd(2), seed: 1);
    trainer.Fit(train, batchSize: 20, steps: 1_000);
    trainer.EstimatePopulation(train, batchSize: 20);
    Console.WriteLine($"a new batch weighs {weight}: {trainer.Evaluate(test, StatisticsSource.Moving).Accuracy:P1} right by the moving averages, "
        + $"{trainer.Evaluate(test, StatisticsSource.Population).Accuracy:P1} by the population's statistics");
    Console.WriteLine(StatisticsReport.Print(StatisticsReport.Compare(trainer.State)));
}
