using System.Text;
using Spectre.Console;

namespace Batchwise.Cli;

/// <summary>
/// Where a command writes: text, tables and live progress, plain where the output is no terminal. All that a command says goes through here,
/// and is made <see cref="Printable"/>.
/// </summary>
sealed class Terminal
{
    private readonly IAnsiConsole console;
    private readonly ForgivingWriter output;
    private readonly ForgivingWriter error;
    private readonly TimeProvider time;

    /// <param name="output">The standard output.</param>
    /// <param name="error">The error stream.</param>
    /// <param name="time">Tells when progress is due. Default: the system's.</param>
    public Terminal(TextWriter output, TextWriter error, TimeProvider? time = null)
    {
        (this.output, this.error, this.time) = (new ForgivingWriter(output), new ForgivingWriter(error), time ?? TimeProvider.System);
        var isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            // Found out by the library from the environment, so that files got escape sequences too.
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Out = new ConsoleOutput(new AnsiConsoleOutput(output), this.output),
        });
        IsLive = isTerminal && console.Profile.Capabilities.Interactive;
        if (!IsLive)
            console.Profile.Width = 160;
    }

    /// <summary>For the tool's own help alone, which is written by the library.</summary>
    public TextWriter Help => output;

    /// <summary>Whether the output is a terminal in which lines can be drawn over.</summary>
    public bool IsLive { get; }

    /// <summary>Why some of the output could not be written; null if all was.</summary>
    public string? LostOutput => output.Failure;

    /// <summary>Writes one line.</summary>
    public void Line(string text = "") => output.WriteLine(Printable.Line(text));

    /// <summary>Writes a text of several lines.</summary>
    public void Lines(string text) => output.WriteLine(Printable.Lines(text));

    /// <summary>Writes a sentence to the error stream, with the tool's name before it.</summary>
    public void Error(string sentence) => error.WriteLine(Printable.Line($"batchwise: {sentence}"));

    /// <summary>Writes a line to the error stream as it is.</summary>
    public void Hint(string text) => error.WriteLine(Printable.Line(text));

    /// <summary>Writes a table; its first row is the heading.</summary>
    public void Table(IReadOnlyList<string[]> rows, string? title = null)
    {
        static string Cell(string text) => Markup.Escape(Printable.Name(text));
        var table = new Table().Border(IsLive ? TableBorder.Rounded : TableBorder.Ascii2);
        if (title is not null)
            table.Title = new TableTitle(Markup.Escape(Printable.Line(title)));
        foreach (var heading in rows[0])
            table.AddColumn(new TableColumn(Cell(heading)));
        foreach (var row in rows.Skip(1))
            table.AddRow([.. row.Select(Cell)]);
        console.Write(table);
    }

    /// <summary>Runs work that reports how far it is: as bars in a terminal, else as lines.</summary>
    /// <param name="work">The work.</param>
    /// <param name="between">The least time between two lines. Default: none, and a line for every tenth.</param>
    public T Progress<T>(Func<IProgress<Lab.LabProgress>, T> work, TimeSpan between = default)
    {
        if (!IsLive)
        {
            using var lines = new ProgressLines(Line, time, between);
            return work(lines);
        }
        return console.Progress().AutoClear(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => work(new ProgressBars(context)));
    }

    private sealed class ProgressBars(ProgressContext context) : IProgress<Lab.LabProgress>
    {
        private readonly Dictionary<string, ProgressTask> bars = [];

        public void Report(Lab.LabProgress value)
        {
            lock (bars)
            {
                if (!bars.TryGetValue(value.What, out var bar))
                    bars[value.What] = bar = context.AddTask(Markup.Escape(Printable.Line(value.What)), maxValue: value.Steps);
                bar.MaxValue = value.Steps;
                bar.Value = value.Step;
                bar.Description = Markup.Escape(Printable.Line(ProgressLines.Text(value)));
            }
        }
    }

    /// <summary>What is known of a console, with a writer of our own.</summary>
    private sealed class ConsoleOutput(IAnsiConsoleOutput known, TextWriter writer) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => known.IsTerminal;

        public int Width => known.Width;

        public int Height => known.Height;

        public void SetEncoding(Encoding encoding) => known.SetEncoding(encoding);
    }
}
