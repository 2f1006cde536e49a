using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>Reads mutated files by everything that reads files of others, and counts crashes and hangs.</summary>
static class FuzzCommand
{
    /// <summary>The command's name, and the options with which it starts itself.</summary>
    public const string Name = "fuzz", ChildOption = "--child", FirstOption = "--first", LimitOption = "--limit";

    private const double Seconds = 10;

    public static Command Create(TextWriter output)
    {
        var reader = new Argument<string?>("READER")
        {
            Description = $"{FuzzReaders.Names}. Default: all.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var inputs = new Option<long>("--inputs")
        {
            Description = "Inputs per reader.",
            HelpName = "N",
            DefaultValueFactory = _ => 10_000,
        };
        inputs.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<long>() < 1)
                result.AddError("--inputs is at least 1.");
        });
        var seed = new Option<ulong>("--seed")
        {
            Description = "Inputs follow from it and their index alone.",
            HelpName = "S",
            DefaultValueFactory = _ => 1,
        };
        var save = new Option<string?>("--save")
        {
            Description = "Where inputs that crash or hang are kept. Default: a folder for temporary files.",
            HelpName = "DIR",
        };
        var json = new Option<bool>("--json") { Description = "One line of JSON per reader." };
        var child = new Option<string?>(ChildOption) { Hidden = true };
        var first = new Option<long>(FirstOption) { Hidden = true };
        var limit = new Option<double>(LimitOption) { Hidden = true, DefaultValueFactory = _ => Seconds };
        const string what = "Reads mutated files in child processes: crashes and hangs are counted, and end it with exit code 1.";
        var command = new Command(Name, what)
        {
            reader, inputs, seed, save, json, child, first, limit,
        };
        command.SetAction(parsed =>
        {
            var (count, start) = (parsed.GetValue(inputs), parsed.GetValue(seed));
            var folder = parsed.GetValue(save) ?? Path.Combine(Path.GetTempPath(), $"batchwise-fuzz-{Environment.ProcessId}");
            if (parsed.GetValue(child) is { } file)
            {
                EndWithParent();
                using var progress = new FuzzProgress(file);
                FuzzChild.Run(FuzzReaders.Of(parsed.GetValue(reader)!), parsed.GetValue(first), count, start, progress,
                    new(folder), Path.GetDirectoryName(file)!);
                return 0;
            }
            var sound = true;
            foreach (var name in parsed.GetValue(reader) is { } one ? [one] : FuzzReaders.All)
            {
                var result = new FuzzRun(FuzzReaders.Of(name), count, start, TimeSpan.FromSeconds(parsed.GetValue(limit)), folder)
                    .Run();
                Print(result, parsed.GetValue(json), output);
                sound &= (long)result["crashes"]! + (long)result["hangs"]! == 0;
            }
            if (!sound)
                Console.Error.WriteLine($"Inputs that crashed or hung are kept in {folder}.");
            return sound ? 0 : 1;
        });
        return command;
    }

    /// <summary>Ends this process when the input that its parent holds open is closed: when the parent is gone.</summary>
    private static void EndWithParent() => new Thread(() =>
    {
        Console.In.ReadToEnd();
        using var own = Process.GetCurrentProcess();
        own.Kill();
    })
    { IsBackground = true }.Start();

    private static void Print(JsonObject result, bool json, TextWriter output) => output.WriteLine(json
        ? result.ToJsonString()
        : $"{result["reader"],-18} {result["inputs"],10} inputs {result["crashes"],8} crashes {result["hangs"],6} hangs {(long)result["peakBytes"]! >> 20,6} MiB");
}
