#:project ../src/Batchwise/Batchwise.csproj
using Batchwise;

var (train, test) = Directory.Exists("data/mnist") ? Mnist.Load("data/mnist") : GeneratedDigits.Load();
var network = Network.Input(28, 28, 1)
    .Flatten()
    .Dense(100).Sigmoid()
    .Dense(100).Sigmoid()
    .Dense(100).Sigmoid()
    .Dense(10)
    .WithBatchNormalization();                          // Algorithm 2: insert, drop the redundant biases

var trainer = new Trainer(network, new Sgd(learningRate: 0.5f), seed: 1);
trainer.Fit(train, batchSize: 60, steps: 10_000);
var model = trainer.ToInference(train);                 // population statistics, folded into the weights
Console.WriteLine($"{test.Name}: {model.Evaluate(test).Accuracy:P2} right");
model.Save("digits.safetensors");
