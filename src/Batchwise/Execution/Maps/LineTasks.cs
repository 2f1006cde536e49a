using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// How the maps of a batch are cut into tasks, some whole lines each: fixed by the batch alone. About as many as rows are cut
/// into (<see cref="RowBlock"/>), since what follows in them merges what they leave.
/// </summary>
/// <param name="height">Lines of a map.</param>
/// <param name="width">Places of a line.</param>
/// <param name="work">Places that the work of a line counts for.</param>
readonly struct LineTasks(int height, int width, int work)
{
    public LineTasks(int height, int width)
        : this(height, width, width)
    {
    }

    /// <summary>The lines of a pool's result. Where a map has one place alone, its work is to read the whole input.</summary>
    public static LineTasks OfResult(in PoolShape shape) => shape.OutHeight * shape.OutWidth == 1
        ? new(1, 1, shape.Height * shape.Width)
        : new(shape.OutHeight, shape.OutWidth);

    /// <summary>How many tasks a batch makes.</summary>
    public int Count(int count) => (count * height + PerTask(count) - 1) / PerTask(count);

    /// <summary>The lines of one task, counted through the batch.</summary>
    public (int First, int Lines) Of(int task, int count)
    {
        var perTask = PerTask(count);
        return (task * perTask, Math.Min(perTask, count * height - task * perTask));
    }

    /// <summary>The same as a block of all channels.</summary>
    public ConvolutionBlock Block(int task, int count, int channels)
    {
        var (first, lines) = Of(task, count);
        return new(first * width, lines * width, 0, channels);
    }

    private int PerTask(int count) => (RowBlock.Rows(count * height * work) + work - 1) / work;
}
