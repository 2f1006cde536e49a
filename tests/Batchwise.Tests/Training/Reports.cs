namespace Batchwise.Tests.Training;

/// <summary>Is told of progress on the thread that trains.</summary>
internal sealed class Reports(Action<TrainingProgress> take) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => take(value);
}
