namespace Batchwise.Lab;

/// <summary>A run of any kind: what determines it, and how it is executed where its result is not kept yet.</summary>
/// <typeparam name="TResult">What it gives.</typeparam>
/// <param name="Spec">What determines it, as text.</param>
/// <param name="Steps">Its training steps, for the time left.</param>
/// <param name="Fault">What in a kept result cannot be, as the end of a sentence; null if nothing.</param>
/// <param name="Execute">Runs it.</param>
sealed record LabJob<TResult>(string Spec, long Steps, Func<TResult, string?> Fault, Func<RunContext, TResult> Execute)
    where TResult : class, IKeptRun
{
    /// <summary>The name of its file.</summary>
    public string Key => RunStore.KeyOf(Spec);
}

/// <summary>What a run needs of the bench on which it is executed.</summary>
/// <param name="Store">Where its checkpoints are kept.</param>
/// <param name="Told">Is told of the steps it has taken, first where it begins or goes on.</param>
/// <param name="CancellationToken">Ends it.</param>
sealed record RunContext(RunStore Store, Action<long> Told, CancellationToken CancellationToken);

/// <summary>A finished run of any kind, as it is kept in a file.</summary>
interface IKeptRun : IKept
{
    /// <summary>The processor and kernels it ran on.</summary>
    string Machine { get; }

    /// <summary>Seconds with all evaluations.</summary>
    double SecondsInAll { get; }
}
