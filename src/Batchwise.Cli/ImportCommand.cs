using System.CommandLine;
using Batchwise.Onnx;
using static System.FormattableString;

namespace Batchwise.Cli;

/// <summary><c>import FILE.onnx|FILE.safetensors --save MODEL</c>.</summary>
static class ImportCommand
{
    private const string OnnxEnding = ".onnx";

    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("FILE.onnx|FILE.safetensors")
        {
            Description = "An ONNX model, or a state dictionary of PyTorch as a safetensors file.",
        };
        var network = new Option<string?>("--as")
        {
            Description = $"The network of a state dictionary: one by name ({string.Join(", ", NamedNetworks.Names)}), or that of a model file.",
            HelpName = "NETWORK|MODEL",
        };
        var names = PathOption.Create("--names", "Rules for a state dictionary whose names differ from the network's, a line each: convolution1.* -> stem.conv.*", "FILE");
        var partial = new Option<bool>("--partial")
        {
            Description = "Take what fits of a state dictionary. Default: every tensor must fit, on both sides.",
        };
        var shape = ShapeOption.Create("--input-shape",
            "The shape of one sample for an ONNX model that leaves it open: height x width x channels, or features.");
        var save = PathOption.Create("--save", "Where the model goes.", "FILE", required: true);
        var command = new Command("import", "Reads a network or weights of another program, and saves them as a model.")
        {
            file, network, names, partial, shape, save,
        };
        command.Validators.Add(result =>
        {
            var isOnnx = IsOnnx(result.GetValue(file) ?? "");
            var isMisplaced = isOnnx
                ? result.GetValue(network) is not null || result.GetValue(names) is not null || result.GetValue(partial)
                : result.GetResult(shape) is not null;
            if (isMisplaced)
                result.AddError(isOnnx ? "--as, --names and --partial are for state dictionaries: an ONNX model holds its own network." : "--input-shape is for ONNX models: give --as for a state dictionary.");
        });
        command.SetEndableAction(parsed =>
        {
            var (path, target) = (parsed.GetValue(file)!, parsed.GetValue(save)!);
            OutputPath.RequireFile(save.Name, target);
            RequireFile(path);
            var model = IsOnnx(path)
                ? OnnxImport.Load(path, new() { InputShape = parsed.GetValue(shape) })
                : LoadStateDictionary(path, parsed.GetValue(network), parsed.GetValue(names), !parsed.GetValue(partial),
                    terminal);
            terminal.Line(Summary(model));
            OutputPath.RequireRoom(save.Name, target, model);
            var rescue = new Rescue(terminal);
            terminal.Line($"Saved to {rescue.Write(target, model.Save)}.");
            return rescue.ExitCode;
        });
        return command;
    }

    private static bool IsOnnx(string path) => path.EndsWith(OnnxEnding, StringComparison.OrdinalIgnoreCase);

    private static void RequireFile(string path)
    {
        if (Directory.Exists(path))
            throw new FileNotFoundException($"'{path}' is a folder: name the file in it.");
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file '{path}'.");
    }

    private static Model LoadStateDictionary(string path, string? network, string? names, bool strict, Terminal terminal)
    {
        if (network is null)
        {
            // A file that is damaged or a pickle is refused for that.
            var tensors = SafeTensorFile.Read(path).Tensors.Count;
            throw new ArgumentException(Invariant(
                $"{path} holds {tensors} tensors and no network: name the network they belong to with --as."));
        }
        var model = Receiver(network);
        var report = StateDictionary.Load(path, model.State,
            new() { Names = names is null ? null : Rules(names).Map, Strict = strict });
        Print(report, terminal);
        return model;
    }

    private static Model Receiver(string network) => !File.Exists(network) && NamedNetworks.Names.Contains(network)
        ? new Model(NetworkState.Create(NamedNetworks.Create(network), seed: 1))
        : ModelArgument.Load(network, orNetwork: true);

    private static NameMapping Rules(string path)
    {
        RequireFile(path);
        try
        {
            return NameMapping.Parse(File.ReadAllText(path));
        }
        catch (FormatException error)
        {
            throw new InvalidDataException($"{path} cannot be read: {error.Message}.", error);
        }
    }

    private static void Print(StateDictionaryReport report, Terminal terminal)
    {
        var rows = new List<string[]> { new[] { "network", "file" } };
        rows.AddRange(report.Matched.Select(pair => new[] { pair.Network, pair.File }));
        terminal.Table(rows);
        terminal.Line(
            Invariant($"{report.Matched.Length} tensors matched{(report.IsComplete ? "; nothing is left over" : "")}."));
        foreach (var (what, which) in new[] { ("Missing in the file, and left as they were", report.Missing),
            ("Left over in the file", report.LeftOver), ("Of another shape, and left as they were", report.OtherShapes) })
        {
            if (!which.IsEmpty)
                terminal.Lines(Invariant($"{what}: {which.Length}\n") + string.Join('\n', which.Select(name => $"  {name}")));
        }
    }

    private static string Summary(Model model)
    {
        var network = model.Network;
        var statistics = model.State.StatisticNames.Any()
            ? " Its statistics count as moving averages: 'batchwise adapt' estimates the population's." : "";
        return Invariant($"{network.Nodes.Length} layers, {network.ParameterCount:N0} parameters; it takes {network.InputShape} and gives {network.OutputShape}, {model.Meaning}.{statistics}");
    }
}
