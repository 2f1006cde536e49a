using Batchwise.Kernels;

namespace Batchwise;

/// <summary>How the rows of a buffer are cut into tasks, a block of rows each: fixed by the batch alone.</summary>
readonly struct RowTasks(PlanBuffer buffer)
{
    /// <summary>How many tasks a batch makes.</summary>
    public int Count(int count) => RowBlock.Count(buffer.Rows(count));

    /// <summary>The rows of one task.</summary>
    public (int First, int Count) Of(int task, int count)
    {
        var rows = buffer.Rows(count);
        var perTask = RowBlock.Rows(rows);
        return (task * perTask, Math.Min(perTask, rows - task * perTask));
    }

    /// <summary>The most tasks that any batch makes: fewer rows may be cut into more blocks, since a block has a least size.</summary>
    public int Most(int capacity)
    {
        var most = 1;
        for (var count = 1; count <= capacity; count++)
            most = Math.Max(most, Count(count));
        return most;
    }

    /// <summary>Whether a tensor of this size is too large for a cache: it is read in the order of memory and written past the cache.</summary>
    public bool IsLarge(int count) => (long)buffer.Length(count) * sizeof(float) >= NormalizeRows.LargeBytes;
}
