using System.Text;

namespace Batchwise.Cli;

/// <summary>
/// A writer that lets the command go on when a line cannot be written, as on a full disk: progress is worth less than the run that it tells
/// of. It keeps the reason for who asks at the end.
/// </summary>
sealed class ForgivingWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    /// <summary>Why something could not be written, the first time; null if all was.</summary>
    public string? Failure { get; private set; }

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        try
        {
            // Lines that say that a command is still at work come from another thread.
            lock (inner)
                write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Failure ??= error.Message;
        }
    }
}
