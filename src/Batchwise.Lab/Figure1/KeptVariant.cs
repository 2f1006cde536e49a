namespace Batchwise.Lab;

/// <summary>A finished run of Figure 1, as it is kept in a file.</summary>
/// <param name="Spec">What determined it.</param>
/// <param name="Result">The run.</param>
sealed record KeptVariant(string Spec, VariantResult Result) : IKept
{
    // 15th, 50th and 85th percentile of each unit of the last hidden layer.
    private const int Percentiles = 3 * 100;

    /// <summary>What determines a run. The processor belongs to it, since the time of a step is reported.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="data">The data.</param>
    /// <param name="name">Which network: <c>plain</c> or <c>batch-norm</c>.</param>
    public static string SpecOf(Figure1Settings settings, Figure1Data data, string name) => FormattableString.Invariant(
        $"figure 1, {name}, batch {settings.Batch}, steps {settings.Steps}, rate {settings.Rate:R}, deviation {settings.Deviation:R}, seed {settings.Seed}, followed {settings.FollowRun}, threads {settings.Threads}, {data.Identity}, {Machine.Cpu}, {Machine.InstructionSet}, {typeof(Network).Assembly.GetName().Version!.ToString(3)}");

    /// <summary>What in it cannot be of some settings, as the end of a sentence; null if nothing.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="name">Which network.</param>
    public string? FaultOf(Figure1Settings settings, string name) =>
        Impossible.Unless(Result.Name == name && !Result.Cancelled, "it is of another network, or was not finished")
        ?? Impossible.Steps(Result.Steps, settings.Steps, Result.Diverged)
        // One that diverged is looked at where it ended as well.
        ?? Impossible.Points([.. Result.Moments], Looks(settings), all: Result.Diverged is null)
        ?? Impossible.Unless(Result.Moments.All(moment => moment.Percentiles.Length == Percentiles), "a point of its curve has not three percentiles for each unit")
        ?? Impossible.Accuracy("its validation accuracy", Result.ValidationAccuracy)
        ?? Impossible.Accuracy("its test accuracy", Result.FinalTestAccuracy)
        ?? Impossible.Seconds("a step", Result.MicrosecondsPerStep / 1e6);

    private IEnumerable<long> Looks(Figure1Settings settings)
    {
        long[] looks = settings.FollowRun ? [.. settings.Checkpoints()] : [];
        return Result.Diverged is null ? looks : looks.Where(look => look < Result.Steps).Append(Result.Steps);
    }
}
