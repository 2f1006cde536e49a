namespace Batchwise;

public sealed partial class Model
{
    /// <summary>
    /// The plan that this model's network is compiled into, as a table: the steps in order, group by group (between groups
    /// there is a barrier), which layer each belongs to, what it reads and writes, its tasks, what was fused into it; below
    /// it the memory they share. For looking at: nothing is run, and the text is not meant to be parsed.
    /// </summary>
    /// <param name="mode">
    /// What the plan is for. A training plan is that of a <see cref="Trainer"/> with plain gradient descent and the loss of
    /// <see cref="Meaning"/>: loading, forward, loss, backward, update.
    /// </param>
    /// <param name="batch">The largest batch that it can run, at least 1.</param>
    /// <param name="lowMemory">Whether outputs are computed again rather than kept, as by <see cref="Trainer.LowMemory"/>.</param>
    /// <returns>Lines of text.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The batch is smaller than 1, or there is no such mode.</exception>
    /// <exception cref="ArgumentException">A training plan of a network that has nothing to train, or a batch with which a tensor would have more than 2^30 values.</exception>
    /// <exception cref="InsufficientMemoryException">There is not the memory that such a plan works in.</exception>
    public string DescribePlan(NetworkMode mode, int batch, bool lowMemory = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        return mode switch
        {
            NetworkMode.Training => new TrainingPlan(State, new Sgd(1), LossOf(Meaning), [], batch, lowMemory: lowMemory).Plan.ToString(),
            NetworkMode.Statistics or NetworkMode.Inference => Plan.Compile(State, mode, batch, StandardLayers.Catalogue).ToString(),
            _ => throw new ArgumentOutOfRangeException(nameof(mode), $"There is no mode {mode}: use Training, Statistics or Inference."),
        };
    }
}
