using static System.FormattableString;

namespace Batchwise.Cli;

/// <summary>Says in one sentence why a command failed.</summary>
static class Failure
{
    /// <summary>Whether a failure is one that commands are expected to have; others are defects.</summary>
    public static bool IsExpected(Exception error) => error is IOException or InvalidDataException or ArgumentException or InvalidOperationException
        or UnauthorizedAccessException or TrainingDivergedException or HttpRequestException or OutOfMemoryException;

    public static string Sentence(Exception error) => (error switch
    {
        TrainingDivergedException diverged =>
            Invariant($"Training stopped at step {diverged.Step}: {diverged.Where} No model was saved: try a smaller --lr, or look at the data."),
        InsufficientMemoryException => error.Message,
        OutOfMemoryException => "There is not enough memory: choose a smaller batch, or less data.",
        // Whoever types a command knows nothing of parameters.
        ArgumentException { ParamName: { } name } => error.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal),
        _ => error.Message,
    }).ReplaceLineEndings(" ");
}
