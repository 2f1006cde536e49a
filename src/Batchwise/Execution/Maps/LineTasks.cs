using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// How the maps of a batch are cut into tasks, some whole lines each: fixed by the batch alone. About as many as rows are cut
/// into (<see cref="RowBlock"/>), since what follows in them merges what they leave.
/// </summary>
readonly struct LineTasks(int height, int width)
{
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

    private int PerTask(int count) => (RowBlock.Rows(count * height * width) + width - 1) / width;
}
