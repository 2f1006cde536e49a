using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// Training met a loss, gradient or statistic that is infinite or NaN. Nothing of that step was committed: the state is the
/// last good one.
/// </summary>
public sealed class TrainingDivergedException : Exception
{
    internal TrainingDivergedException(long step, string where)
        : base(Invariant($"Training stopped at step {step}: {where} The weights are those before that step; try a smaller learning rate, or look at the data."))
    {
        Step = step;
        Where = where;
    }

    /// <summary>The step that was not taken, from 0.</summary>
    public long Step { get; }

    /// <summary>The first layer that went bad, in one sentence.</summary>
    public string Where { get; }
}
