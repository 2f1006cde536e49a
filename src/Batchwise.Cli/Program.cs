using System.CommandLine;
using System.CommandLine.Help;

namespace Batchwise.Cli;

static class Program
{
    internal const int Failed = 1;
    internal const int Misused = 2;
    internal const int Interrupted = 130;

    static async Task<int> Main(string[] args)
    {
        using var interruption = new Interruption();
        return await Run(args, new Terminal(Console.Out, Console.Error), interruption.Token).ConfigureAwait(false);
    }

    /// <summary>Runs a command line; every expected failure is one sentence on the error stream and an exit code.</summary>
    internal static async Task<int> Run(string[] args, Terminal terminal, CancellationToken cancellationToken = default)
    {
        var code = await Answer(args, terminal, cancellationToken).ConfigureAwait(false);
        if (terminal.LostOutput is not { } reason)
            return code;
        terminal.Error($"Some of the output could not be written ({reason.TrimEnd('.')}). The command went on without: what it says that it saved is complete.");
        return code == 0 ? Failed : code;
    }

    private static async Task<int> Answer(string[] args, Terminal terminal, CancellationToken cancellationToken)
    {
        var parsed = Root(terminal).Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Errors.Count > 0)
        {
            terminal.Error(Misuse.Sentence(parsed));
            terminal.Hint("Try 'batchwise --help', or --help behind a command.");
            return Misused;
        }
        try
        {
            // The commands end by themselves when they are interrupted, and write what they have first. The library would listen to signals
            // only once a command has returned its task, and these return it finished: the caller's token is what ends them.
            var invocation = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = terminal.Help,
                Error = terminal.Help,
            };
            return await parsed.InvokeAsync(invocation, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            terminal.Error("interrupted.");
            return Interrupted;
        }
        catch (Exception error) when (Failure.IsExpected(error))
        {
            terminal.Error(Failure.Sentence(error));
            return Failed;
        }
    }

    /// <summary>The whole tool as a tree of commands.</summary>
    internal static Command Root(Terminal terminal) => new CommandGroup(
        "batchwise", "Trains deep networks with batch normalization, and reproduces the experiments of the paper (arXiv 1502.03167).", usual: "train")
    {
        new HelpOption(),
        new VersionOption(),
        new CommandGroup("reproduce", "Repeats an experiment of the paper.", usual: "mnist") { ReproduceMnist.Create(terminal), ReproduceInception.Create(terminal) },
        TrainCommand.Create(terminal),
        EvaluateCommand.Create(terminal),
        PredictCommand.Create(terminal),
        InspectCommand.Create(terminal),
        DoctorCommand.Create(terminal),
        AdaptCommand.Create(terminal),
        FoldCommand.Create(terminal),
        ExportCommand.Create(terminal),
        ImportCommand.Create(terminal),
        DataCommand.Create(terminal),
        LabCommand.Create(terminal),
    };
}
