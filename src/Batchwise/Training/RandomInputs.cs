namespace Batchwise;

/// <summary>
/// A few inputs of normally distributed numbers, always the same, that count as prepared: to compare networks where there are no
/// data.
/// </summary>
sealed class RandomInputs(Shape shape, Preprocessing preprocessing) : IExamples
{
    public int Count => 16;

    public Shape Shape => shape;

    public int Classes => 1;

    public Preprocessing Preprocessing => preprocessing;

    public void CopyInput(int index, Span<float> destination)
    {
        var random = new Philox(seed: 1, RandomPurpose.Experiment, (ulong)index);
        foreach (ref var value in destination)
            value = (float)random.NextNormal();
    }

    public int Label(int index) => 0;
}
