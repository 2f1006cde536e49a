namespace Batchwise.Tests.Execution;

/// <summary>A small task that can be learned: which of three directions a noisy vector points to. Widths are ragged on purpose.</summary>
sealed class Toy(int count = 100, double noise = 0.3) : IExamples
{
    public static Network Network { get; } = Batchwise.Network.Input(37)
        .Dense(45).Sigmoid().Dropout(0.1).Dense(19).Relu().Dense(3).WithBatchNormalization(where: name => name != "none");

    public int Count => count;

    public Shape Shape => new(37);

    public int Classes => 3;

    public int Label(int index) => index % 3;

    public void CopyInput(int index, Span<float> destination)
    {
        var random = new Philox(1, RandomPurpose.Experiment, (ulong)index);
        for (var i = 0; i < destination.Length; i++)
            destination[i] = (float)((i % 3 == Label(index) ? 1 : 0) + noise * random.NextNormal());
    }
}
