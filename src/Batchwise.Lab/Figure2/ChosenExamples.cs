namespace Batchwise.Lab;

/// <summary>Some examples of others, in an order of their own, as a view.</summary>
sealed class ChosenExamples(IExamples source, int[] places) : ExamplesView(source)
{
    public override int Count => places.Length;

    /// <summary>All places in an order that is fixed by their number alone: data sets often come class by class.</summary>
    public static int[] Mixed(int count)
    {
        var order = new int[count];
        EpochOrder.Fill(order, seed: 0, epoch: 0);
        return order;
    }

    protected override int Place(int index) => places[index];
}
