namespace Batchwise;

/// <summary>Examples as a network is to see them.</summary>
sealed class PreparedExamples(IExamples source, Preprocessing preprocessing) : IExamples
{
    public int Count => source.Count;

    public Shape Shape => source.Shape;

    public int Classes => source.Classes;

    public void CopyInput(int index, Span<float> destination)
    {
        source.CopyInput(index, destination);
        preprocessing.Apply(destination);
    }

    public void CopyTrainingInput(int index, ulong seed, long step, Span<float> destination)
    {
        source.CopyTrainingInput(index, seed, step, destination);
        preprocessing.Apply(destination);
    }

    public int Label(int index) => source.Label(index);

    public void CopyTarget(int index, Span<float> target) => source.CopyTarget(index, target);
}
