namespace Batchwise;

/// <summary>Examples as a network is to see them.</summary>
sealed class PreparedExamples(IExamples source, Preprocessing preprocessing) : ExamplesView(source)
{
    public override Preprocessing Preprocessing => preprocessing;

    public override void CopyInput(int index, Span<float> destination)
    {
        base.CopyInput(index, destination);
        preprocessing.Apply(destination);
    }

    public override void CopyTrainingInput(int index, ulong seed, long step, Span<float> destination)
    {
        base.CopyTrainingInput(index, seed, step, destination);
        preprocessing.Apply(destination);
    }
}
