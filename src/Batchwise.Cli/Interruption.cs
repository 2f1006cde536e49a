using System.Runtime.InteropServices;

namespace Batchwise.Cli;

/// <summary>
/// Ctrl+C (SIGINT), the request to end (SIGTERM) and the end of the terminal (SIGHUP) as a token. The command heeds the first and writes what it has; the second ends the
/// process, as if nobody listened.
/// </summary>
sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    public Interruption() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Heed),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Heed),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, Heed),
    ];

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        source.Dispose();
    }

    private void Heed(PosixSignalContext context)
    {
        if (source.IsCancellationRequested)
            return;
        context.Cancel = true;
        source.Cancel();
    }
}
