using Batchwise;

// What a user of the library does from data to prediction, compiled ahead of time: every step of it must work without a
// just-in-time compiler and without reflection. Prints one line, or ends with an exception.
var (train, test) = GeneratedDigits.Load(1, 1200, 200);
var network = Network.Input(28, 28, 1).Flatten().Dense(32).Sigmoid().Dense(10).WithBatchNormalization();
using var trainer = new Trainer(network, new Sgd(learningRate: 0.5f, momentum: 0.9f));
trainer.Fit(train, batchSize: 60, steps: 600);

var folder = Directory.CreateTempSubdirectory("batchwise-aot-").FullName;
try
{
    var checkpoint = Path.Combine(folder, "checkpoint");
    trainer.SaveCheckpoint(checkpoint);
    using var resumed = Trainer.Resume(checkpoint, network, new Sgd(learningRate: 0.5f, momentum: 0.9f));

    // Unfolded too: a file whose graph holds every kind of layer that the network has.
    var unfolded = Path.Combine(folder, "unfolded.safetensors");
    resumed.EstimatePopulation(train);
    resumed.ToModel().Save(unfolded);
    var folded = Path.Combine(folder, "folded.safetensors");
    Model.Load(unfolded).Fold().Save(folded);

    var model = Model.Load(folded);
    var image = new float[test.Shape.Size];
    test.CopyInput(0, image);
    var probabilities = model.Predict(image);
    var answer = Array.IndexOf(probabilities, probabilities.Max());
    Console.WriteLine(FormattableString.Invariant(
        $"{model.Evaluate(test).Accuracy:0.000} of {test.Count} right; the first is a {test.Label(0)}, seen as {answer}; {Machine.InstructionSet}"));
}
finally
{
    Directory.Delete(folder, recursive: true);
}
