using System.CommandLine;

namespace Batchwise.Cli;

/// <summary>Actions that do not ask whether they are interrupted: the wait for them ends instead, and the process with it.</summary>
static class EndableAction
{
    public static void SetEndableAction(this Command command, Func<ParseResult, int> action) =>
        command.SetAction((parsed, cancellationToken) => Task.Run(() => action(parsed), CancellationToken.None).WaitAsync(cancellationToken));
}
