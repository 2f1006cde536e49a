namespace Batchwise.Lab;

/// <summary>Some examples of others, in an order of their own, as a view.</summary>
sealed class ChosenExamples(IExamples source, int[] places) : IExamples
{
    public int Count => places.Length;

    public Shape Shape => source.Shape;

    public int Classes => source.Classes;

    /// <summary>All places in an order that is fixed by their number alone: data sets often come class by class.</summary>
    public static int[] Mixed(int count)
    {
        var order = new int[count];
        EpochOrder.Fill(order, seed: 0, epoch: 0);
        return order;
    }

    public void CopyInput(int index, Span<float> destination) => source.CopyInput(places[index], destination);

    public void CopyTrainingInput(int index, ulong seed, long step, Span<float> destination) =>
        source.CopyTrainingInput(places[index], seed, step, destination);

    public int Label(int index) => source.Label(places[index]);

    public void CopyTarget(int index, Span<float> target) => source.CopyTarget(places[index], target);
}
