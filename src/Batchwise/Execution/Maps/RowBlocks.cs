using Batchwise.Kernels;

namespace Batchwise;

/// <summary>A buffer cut into blocks of rows over all its channels.</summary>
sealed class RowBlocks(PlanBuffer buffer) : IBlocks
{
    public int Slots(int count) => new RowTasks(buffer).Count(count);

    public ConvolutionBlock Block(int slot, int count)
    {
        var (first, rows) = new RowTasks(buffer).Of(slot, count);
        return new(first, rows, 0, buffer.Channels);
    }
}

/// <summary>An operation on blocks of rows as a step of its own.</summary>
sealed class OwnBlockStep(string layer, BlockOperation operation, RowBlocks blocks)
    : Step(operation.Name, layer, operation.Reads, operation.Writes)
{
    public override long WorkerScratch => operation.WorkerScratch;

    public override int Tasks(int phase, int count) => blocks.Slots(count);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch) =>
        operation.Run(task, blocks.Block(task, run.Count), run, scratch);
}
