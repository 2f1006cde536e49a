#:project ../src/Batchwise/Batchwise.csproj
using Batchwise;

Console.WriteLine("Reading or making 70,000 digits, then 10,000 training steps: some ten seconds, on a slow machine a minute.");
var (train, test) = Directory.Exists("data/mnist") ? Mnist.Load("data/mnist") : GeneratedDigits.Load();
var network = Network.Input(28, 28, 1)
    .Flatten()
    .Dense(100).Sigmoid()
    .Dense(100).Sigmoid()
    .Dense(100).Sigmoid()
    .Dense(10)
    .WithBatchNormalization();                          // Algorithm 2: insert, drop the redundant biases

var trainer = new Trainer(network, new Sgd(learningRate: 0.5f), seed: 1);
trainer.Fit(train, batchSize: 60, steps: 10_000, reportEvery: 1_000, progress: new Progress<TrainingProgress>(
    now => Console.WriteLine($"step {now.Step:N0} of {now.LastStep:N0}: {now.Accuracy:P1} right")));
var model = trainer.ToInference(train);                 // population statistics, folded into the weights
Console.WriteLine($"{test.Name}: {model.Evaluate(test).Accuracy:P2} right");
model.Save("digits.safetensors");
