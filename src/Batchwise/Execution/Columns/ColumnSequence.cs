namespace Batchwise;

/// <summary>Two pieces of work on a block of columns, one after the other while the block is in the cache.</summary>
sealed class ColumnSequence(ColumnOperation first, ColumnOperation second)
    : ColumnOperation($"{first.Name}, {second.Name}", [.. first.Reads.Union(second.Reads)], [.. first.Writes.Union(second.Writes)])
{
    public override void Run(int column, int columns, PlanRun run)
    {
        first.Run(column, columns, run);
        second.Run(column, columns, run);
    }
}
