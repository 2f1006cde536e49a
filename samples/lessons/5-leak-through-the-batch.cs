#:project ../../src/Batchwise/Batchwise.csproj
using Batchwise;

var (train, test) = GeneratedDigits.Load(train: 12_000, test: 2_000);
var network = Network.Input(28, 28, 1).Flatten()
    .Dense(100).Sigmoid().Dense(100).Sigmoid().Dense(100).Sigmoid().Dense(10).WithBatchNormalization();
using var trainer = new Trainer(network, new Sgd(2), seed: 1);
trainer.Fit(train, batchSize: 60, steps: 1_500);
trainer.EstimatePopulation(train);

// One image of a 3 among 59 others: what is it taken for?
var three = Enumerable.Range(0, test.Count).First(i => test.Label(i) == 3);
foreach (var (companions, chosen) in new (string, Func<int, bool>)[] { ("all digits", _ => true), ("3 alone", label => label == 3), ("8 alone", label => label == 8) })
{
    var batch = Batch(Enumerable.Range(0, test.Count).Where(i => i != three && chosen(test.Label(i))).Take(59).Prepend(three));
    var inTraining = new LayerProbe(trainer.State, "dense4", NetworkMode.Training, batchSize: 60).Read(batch);
    var inInference = new LayerProbe(trainer.State, "dense4").Read(batch, StatisticsSource.Population);
    Console.WriteLine($"among {companions,-10}: a 3 with {Three(inTraining):P1} as in training, with {Three(inInference):P1} in inference");
}

Dataset Batch(IEnumerable<int> places)
{
    int[] chosen = [.. places];
    var pixels = new float[chosen.Length * test.Shape.Size];
    for (var i = 0; i < chosen.Length; i++)
        test.CopyInput(chosen[i], pixels.AsSpan(i * test.Shape.Size, test.Shape.Size));
    return new Dataset(pixels, [.. chosen.Select(test.Label)], test.Shape, test.Classes);
}

static double Three(float[] logits) => Math.Exp(logits[3]) / logits[..10].Sum(logit => Math.Exp(logit));
