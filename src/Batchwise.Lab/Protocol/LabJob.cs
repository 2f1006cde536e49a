namespace Batchwise.Lab;

/// <summary>A run of any kind: what determines it, and how it is executed where its result is not kept yet.</summary>
/// <typeparam name="TResult">What it gives.</typeparam>
/// <param name="Spec">What determines it, as text.</param>
/// <param name="Steps">Its training steps, for the time left.</param>
/// <param name="Execute">Runs it.</param>
sealed record LabJob<TResult>(string Spec, long Steps, Func<CancellationToken, TResult> Execute)
    where TResult : class, IKeptRun
{
    /// <summary>The name of its file.</summary>
    public string Key => RunStore.KeyOf(Spec);
}

/// <summary>A finished run of any kind, as it is kept in a file.</summary>
interface IKeptRun
{
    /// <summary>What determined it.</summary>
    string Spec { get; }

    /// <summary>The processor and kernels it ran on.</summary>
    string Machine { get; }

    /// <summary>Seconds with all evaluations.</summary>
    double SecondsInAll { get; }
}
