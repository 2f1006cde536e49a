#:project ../../src/Batchwise/Batchwise.csproj
using Batchwise;

var network = Network.Input(1).Dense(32).Tanh().Dense(32).Tanh().Dense(1).WithBatchNormalization();
using var trainer = new Trainer(network, new Adam(0.01f) { Schedule = LearningRateSchedule.Cosine(2_000) }, loss: Loss.MeanSquaredError);
trainer.Fit(new Sine(1_000), batchSize: 50, steps: 2_000);
var model = trainer.ToInference(new Sine(1_000), batchSize: 50);
Console.WriteLine($"mean squared error {model.Evaluate(new Sine(777)).Loss:0.0000}; sin(1) = {Math.Sin(1):0.00}, here {model.Predict([1f])[0]:0.00}");

/// <summary>Data of any source: what the network sees, and what its outputs shall be.</summary>
sealed class Sine(int count) : IExamples
{
    public int Count => count;

    public Shape Shape => new(1);

    public int Classes => 1;

    public void CopyInput(int index, Span<float> destination) => destination[0] = X(index);

    public int Label(int index) => 0;

    public void CopyTarget(int index, Span<float> target) => target[0] = MathF.Sin(X(index));

    private float X(int index) => 6f * index / count - 3;
}
