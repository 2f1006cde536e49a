using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>A look at a run, as it is kept in a file.</summary>
interface IRunPoint
{
    /// <summary>The step after which the run was looked at.</summary>
    long Step { get; }

    /// <summary>What in it cannot be, as the end of a sentence; null if nothing.</summary>
    string? Fault { get; }
}

/// <summary>What a run has that is not finished: it belongs to the trainer's checkpoint of the same step.</summary>
/// <typeparam name="TPoint">What a look gives.</typeparam>
/// <param name="Spec">What determines the run.</param>
/// <param name="Step">Steps taken.</param>
/// <param name="Points">The looks so far.</param>
/// <param name="Seconds">Seconds spent training.</param>
/// <param name="SecondsInAll">Seconds with all evaluations.</param>
sealed record UnfinishedRun<TPoint>(string Spec, long Step, ImmutableArray<TPoint> Points, double Seconds, double SecondsInAll) : IKept
    where TPoint : class, IRunPoint
{
    /// <summary>What in it cannot be, as the end of a sentence; null if nothing.</summary>
    /// <param name="looks">The steps at which the run is looked at.</param>
    /// <param name="budget">The steps of the whole run.</param>
    public string? FaultOf(IReadOnlyList<long> looks, long budget) =>
        Impossible.Steps(Step, budget)
        ?? Impossible.Points(Points, looks, all: false)
        // A look that is due at the checkpoint's own step may still be to come.
        ?? Impossible.Unless(looks.Take(Points.Length).All(look => look <= Step) && looks.Skip(Points.Length).All(look => look >= Step), "the points of its curve are not those before its checkpoint")
        ?? Impossible.Seconds("training", Seconds)
        ?? Impossible.Seconds("the run", SecondsInAll);
}
