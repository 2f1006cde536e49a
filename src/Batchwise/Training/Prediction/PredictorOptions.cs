namespace Batchwise;

/// <summary>How a <see cref="Predictor"/> is made.</summary>
public sealed record PredictorOptions
{
    /// <summary>
    /// The largest batch that is run at once, at least 1; more inputs are answered in several batches. Default: 8.
    /// </summary>
    public int Capacity
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 8;

    /// <summary>
    /// Threads of one prediction, the calling one among them, at least 1. Small networks use the calling thread alone. Default:
    /// one per processor.
    /// </summary>
    public int Threads
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = Environment.ProcessorCount;

    /// <summary>
    /// How long <see cref="Predictor.PredictAsync"/> waits for more inputs after the first one of a batch. Default: zero; a batch
    /// is what has arrived while the one before it ran, so that a lone input never waits.
    /// </summary>
    public TimeSpan BatchWindow
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromMinutes(1));
            field = value;
        }
    }

    /// <summary>
    /// Which statistics of batch normalization are folded into the weights. Default: the population's, else the moving averages.
    /// </summary>
    public StatisticsSource Statistics { get; init; } = StatisticsSource.PopulationElseMoving;

    /// <summary>The clock of <see cref="BatchWindow"/>.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;
}
