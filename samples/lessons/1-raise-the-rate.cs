#:project ../../src/Batchwise/Batchwise.csproj
using Batchwise;

var (train, test) = GeneratedDigits.Load(train: 12_000, test: 2_000);
var plain = Network.Input(28, 28, 1).Flatten()
    .Dense(100).Sigmoid().Dense(100).Sigmoid().Dense(100).Sigmoid().Dense(10);

Console.WriteLine("rate    plain   batch norm");
foreach (var rate in new[] { 0.5f, 2, 8, 32, 128 })
    Console.WriteLine($"{rate,-7} {Accuracy(plain, rate),-7} {Accuracy(plain.WithBatchNormalization(), rate)}");

string Accuracy(Network network, float rate)
{
    using var trainer = new Trainer(network, new Sgd(rate), seed: 1);
    try
    {
        trainer.Fit(train, batchSize: 60, steps: 1_500);
        return trainer.ToInference(train).Evaluate(test).Accuracy.ToString("P1");
    }
    catch (TrainingDivergedException)
    {
        return "broke";
    }
}
