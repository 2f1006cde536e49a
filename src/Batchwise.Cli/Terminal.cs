using Spectre.Console;

namespace Batchwise.Cli;

/// <summary>Where a command writes: text, tables and live progress, plain where the output is no terminal.</summary>
sealed class Terminal
{
    private readonly IAnsiConsole console;

    public Terminal(TextWriter output, TextWriter error)
    {
        (Out, Error) = (output, error);
        console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        IsLive = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected && console.Profile.Capabilities.Interactive;
        if (!IsLive)
            console.Profile.Width = 160;
    }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    /// <summary>Whether the output is a terminal in which lines can be drawn over.</summary>
    public bool IsLive { get; }

    public void Line(string text = "") => Out.WriteLine(text);

    /// <summary>Writes a table; its first row is the heading.</summary>
    public void Table(IReadOnlyList<string[]> rows, string? title = null)
    {
        var table = new Table().Border(IsLive ? TableBorder.Rounded : TableBorder.Ascii2);
        if (title is not null)
            table.Title = new TableTitle(Markup.Escape(title));
        foreach (var heading in rows[0])
            table.AddColumn(new TableColumn(Markup.Escape(heading)));
        foreach (var row in rows.Skip(1))
            table.AddRow([.. row.Select(Markup.Escape)]);
        console.Write(table);
    }

    /// <summary>Runs work that reports how far it is: as bars in a terminal, else as lines, one per tenth.</summary>
    public T Progress<T>(Func<IProgress<Lab.LabProgress>, T> work)
    {
        if (!IsLive)
            return work(new ProgressLines(Out));
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
                    bars[value.What] = bar = context.AddTask(value.What, maxValue: value.Steps);
                bar.MaxValue = value.Steps;
                bar.Value = value.Step;
                bar.Description = Markup.Escape(ProgressLines.Text(value));
            }
        }
    }
}
