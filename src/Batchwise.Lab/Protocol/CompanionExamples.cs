namespace Batchwise.Lab;

/// <summary>
/// Examples in a random order that fills whole batches, so that each is normalized with batch-mates drawn by chance. What
/// the last batch lacks is filled with the first of the order once more.
/// </summary>
sealed class CompanionExamples : IExamples
{
    private readonly IExamples source;
    private readonly int[] order;

    /// <summary>Draws the order.</summary>
    /// <param name="source">The examples.</param>
    /// <param name="batch">Examples per batch.</param>
    /// <param name="draw">Which order.</param>
    public CompanionExamples(IExamples source, int batch, int draw)
    {
        this.source = source;
        order = new int[source.Count];
        EpochOrder.Fill(order, LabSettings.SearchSeed, draw);
        Count = (source.Count + batch - 1) / batch * batch;
    }

    public int Count { get; }

    public Shape Shape => source.Shape;

    public int Classes => source.Classes;

    /// <summary>The place in the source of the example at a place here.</summary>
    public int Source(int index) => order[index % order.Length];

    public void CopyInput(int index, Span<float> destination) => source.CopyInput(Source(index), destination);

    public int Label(int index) => source.Label(Source(index));
}
