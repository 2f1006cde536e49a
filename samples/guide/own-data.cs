#:project ../../src/Batchwise/Batchwise.csproj
using Batchwise;

// Two moons: points of a plane, of two classes. Yours come from a file, a table, a sensor: floats, one example after another, and labels.
var random = new Random(1);
var (inputs, labels) = (new float[2 * 2_000], new int[2_000]);
for (var i = 0; i < labels.Length; i++)
{
    var (angle, moon) = (random.NextDouble() * Math.PI, i % 2);
    inputs[2 * i] = (float)(Math.Cos(angle) * (moon == 0 ? 1 : -1) + moon + 0.25 * (random.NextDouble() - 0.5));
    inputs[2 * i + 1] = (float)(Math.Sin(angle) * (moon == 0 ? 1 : -1) + 0.5 * moon + 0.25 * (random.NextDouble() - 0.5));
    labels[i] = moon;
}
var data = new Dataset(inputs, labels, new Shape(2), classes: 2) { ClassNames = ["upper", "lower"] };
var (train, validation) = (data.Slice(0, 1_600), data.Slice(1_600, 400));

// Epoch by epoch: several calls of Fit are the same run as one. A smaller rate when validation stalls, an end when that does not help.
var network = Network.Input(2).Dense(32).Relu().Dense(32).Relu().Dense(2).WithBatchNormalization();
var (rate, best, stalled) = (0.2f, double.PositiveInfinity, 0);
using var trainer = new Trainer(network, new Sgd(rate, momentum: 0.9f), seed: 1);
while (stalled < 6)
{
    trainer.Fit(train, batchSize: 50, steps: train.Count / 50);
    var now = trainer.Evaluate(validation);
    stalled = now.Loss < best ? 0 : stalled + 1;
    if (stalled == 0)
    {
        best = now.Loss;
        trainer.SaveCheckpoint("best.checkpoint");
    }
    else if (stalled == 3)
    {
        trainer.Optimizer = new Sgd(rate /= 4, momentum: 0.9f);
    }
}

// Back to the best step. From a checkpoint a run also goes on after the machine was switched off, to the same bits.
using var resumed = Trainer.Resume("best.checkpoint", network, new Sgd(rate, momentum: 0.9f));
resumed.ToInference(train, batchSize: 50).Save("moons.safetensors");

// Elsewhere, later: any number of threads may use one model.
var model = Model.Load("moons.safetensors");
Console.WriteLine($"step {resumed.Step:N0} of {trainer.Step:N0}, {model.Evaluate(validation).Accuracy:P1} right");
var probabilities = model.Predict([0f, 1f]);
Console.WriteLine($"(0, 1) is of the {model.ClassNames[probabilities[0] > probabilities[1] ? 0 : 1]} moon with {probabilities.Max():P0}");
