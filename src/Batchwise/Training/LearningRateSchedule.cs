using static System.FormattableString;

namespace Batchwise;

/// <summary>How the learning rate changes over a run: a factor on the optimizer's own rate, by step.</summary>
public abstract record LearningRateSchedule
{
    /// <summary>The rate stays as it is.</summary>
    public static LearningRateSchedule Constant { get; } = new ConstantSchedule();

    /// <summary>The rate is multiplied by a factor every so many steps.</summary>
    /// <param name="every">Steps between two changes, at least 1.</param>
    /// <param name="factor">The factor, positive.</param>
    public static LearningRateSchedule Step(long every, double factor) => new StepSchedule(Positive(every), Positive(factor));

    /// <summary>The rate decays exponentially: by a factor over every so many steps, smoothly (paper, section 4.2.1).</summary>
    /// <param name="over">Steps over which the rate changes by the factor, at least 1.</param>
    /// <param name="factor">The factor, positive.</param>
    public static LearningRateSchedule Exponential(long over, double factor) => new ExponentialSchedule(Positive(over), Positive(factor));

    /// <summary>The rate falls along half a cosine to a last factor, and stays there (Loshchilov and Hutter, arXiv 1608.03983).</summary>
    /// <param name="steps">Steps until it has fallen, at least 1.</param>
    /// <param name="last">The factor at the end, from 0.</param>
    public static LearningRateSchedule Cosine(long steps, double last = 0) =>
        last >= 0 && double.IsFinite(last) ? new CosineSchedule(Positive(steps), last) : throw new ArgumentOutOfRangeException(nameof(last), Invariant($"The last factor is 0 or more, not {last}."));

    /// <summary>This schedule after a warm-up, in which the rate rises linearly from 0; the schedule starts when it ends.</summary>
    /// <param name="steps">Steps of the warm-up, at least 1.</param>
    public LearningRateSchedule WithWarmUp(long steps) => new WarmUpSchedule(Positive(steps), this);

    /// <summary>The factor on the optimizer's rate.</summary>
    /// <param name="step">The step that is about to be taken, from 0.</param>
    public abstract double Factor(long step);

    private static long Positive(long steps) =>
        steps >= 1 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), Invariant($"A number of steps is at least 1, not {steps}."));

    private static double Positive(double factor) => factor > 0 && double.IsFinite(factor)
        ? factor
        : throw new ArgumentOutOfRangeException(nameof(factor), Invariant($"A factor is a positive number, not {factor}."));

    private sealed record ConstantSchedule : LearningRateSchedule
    {
        public override double Factor(long step) => 1;

        public override string ToString() => "constant";
    }

    private sealed record StepSchedule(long Every, double By) : LearningRateSchedule
    {
        public override double Factor(long step) => Math.Pow(By, step / Every);

        public override string ToString() => Invariant($"times {By} every {Every} steps");
    }

    private sealed record ExponentialSchedule(long Over, double By) : LearningRateSchedule
    {
        public override double Factor(long step) => Math.Pow(By, (double)step / Over);

        public override string ToString() => Invariant($"times {By} over every {Over} steps, smoothly");
    }

    private sealed record CosineSchedule(long Steps, double Last) : LearningRateSchedule
    {
        public override double Factor(long step) =>
            Last + (1 - Last) * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, (double)step / Steps)));

        public override string ToString() => Invariant($"half a cosine to {Last} over {Steps} steps");
    }

    private sealed record WarmUpSchedule(long Steps, LearningRateSchedule Then) : LearningRateSchedule
    {
        public override double Factor(long step) => step < Steps ? (step + 1.0) / Steps : Then.Factor(step - Steps);

        public override string ToString() => Invariant($"from 0 over {Steps} steps, then {Then}");
    }
}
