namespace Batchwise.Lab;

/// <summary>
/// Examples in a random order that fills whole batches, so that each is normalized with batch-mates drawn by chance. What
/// the last batch lacks is filled with the first of the order once more.
/// </summary>
sealed class CompanionExamples : ExamplesView
{
    private readonly int[] order;

    /// <summary>Draws the order.</summary>
    /// <param name="source">The examples.</param>
    /// <param name="batch">Examples per batch.</param>
    /// <param name="draw">Which order.</param>
    public CompanionExamples(IExamples source, int batch, int draw)
        : base(source)
    {
        order = new int[source.Count];
        EpochOrder.Fill(order, LabSettings.SearchSeed, draw);
        Count = (source.Count + batch - 1) / batch * batch;
    }

    public override int Count { get; }

    /// <summary>The place in the source of the example at a place here.</summary>
    public int Source(int index) => order[index % order.Length];

    protected override int Place(int index) => Source(index);
}
