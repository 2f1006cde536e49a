using System.Collections.Immutable;
using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// Work on a block of columns over the whole batch, which a step does on each block that it completes while the block is
/// in the cache, or that stands alone as a step of its own. For vectors only: on a map, rows are too many to own columns.
/// </summary>
abstract class ColumnOperation(string name, ImmutableArray<PlanBuffer> reads, ImmutableArray<PlanBuffer> writes)
{
    /// <summary>What it does, as a plan prints it.</summary>
    public string Name { get; } = name;

    /// <summary>What it reads besides the block it is given.</summary>
    public ImmutableArray<PlanBuffer> Reads { get; } = reads;

    /// <summary>What it writes besides the block it is given.</summary>
    public ImmutableArray<PlanBuffer> Writes { get; } = writes;

    /// <summary>Works on some columns of all rows.</summary>
    /// <param name="column">The first column.</param>
    /// <param name="columns">How many, at most <see cref="ColumnBlock.Width"/>.</param>
    /// <param name="run">The batch.</param>
    public abstract void Run(int column, int columns, PlanRun run);
}

/// <summary>A column operation as a step of its own, a block of columns per task.</summary>
sealed class ColumnStep(string layer, ColumnOperation operation, PlanBuffer block)
    : Step(operation.Name, layer, operation.Reads, operation.Writes)
{
    public override int Tasks(int phase, int count) => ColumnBlock.Count(block.Channels);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var column = task * ColumnBlock.Width;
        operation.Run(column, Math.Min(ColumnBlock.Width, block.Channels - column), run);
    }
}
