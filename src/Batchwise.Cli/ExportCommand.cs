using System.CommandLine;
using Batchwise.Onnx;
using static System.FormattableString;

namespace Batchwise.Cli;

/// <summary><c>export MODEL -o model.onnx</c>.</summary>
static class ExportCommand
{
    public static Command Create(Terminal terminal)
    {
        var model = ModelArgument.Create();
        var output = PathOption.Output("Where the ONNX model goes: MODEL.onnx.");
        var opset = NumberOption.Whole("--opset", "The version of ONNX's operators. From 21 on, group normalization is one operator.", OnnxExportOptions.LeastOpset, OnnxExportOptions.LeastOpset, OnnxExportOptions.LargestOpset);
        var unfolded =
            Flag("--unfolded", "Keep batch normalization, with its stored statistics. Default: it is folded into the weights.");
        var external = Flag("--external-data", "Write the weights to a second file, OUT.data. Default: only what exceeds 2 GB.");
        var preprocessing = Flag("--preprocessing", "Make the model's preprocessing part of the graph, which then takes raw inputs. Default: the metadata say how inputs are prepared.");
        var probabilities = Flag("--probabilities", "End the graph in probabilities. Default: in logits.");
        var channelsFirst = Flag("--channels-first", "Take and give maps as [N, C, H, W]. Default: [N, H, W, C].");
        var batch = NumberOption.Whole<int>("--batch", "Samples of a batch. Default: any number.", 1, int.MaxValue);
        var statistics = ModelArgument.StatisticsOption();
        var command = new Command("export", "Writes a model as an ONNX model, for ONNX Runtime and other programs.")
        {
            model, output, opset, unfolded, external, preprocessing, probabilities, channelsFirst, batch, statistics,
        };
        command.SetEndableAction(parsed =>
        {
            var options = new OnnxExportOptions
            {
                Opset = parsed.GetValue(opset),
                Folded = !parsed.GetValue(unfolded),
                ExternalData = parsed.GetValue(external),
                Preprocessing = parsed.GetValue(preprocessing),
                Probabilities = parsed.GetValue(probabilities),
                ChannelsFirst = parsed.GetValue(channelsFirst),
                Batch = parsed.GetValue(batch),
                Statistics = parsed.GetValue(statistics),
            };
            var file = parsed.GetValue(output)!;
            OutputPath.RequireFile(output.Name, file);
            if (options.ExternalData)
                OutputPath.RequireFile(output.Name, file + ".data");
            var loaded = ModelArgument.Load(parsed.GetValue(model)!);
            OutputPath.RequireRoom(output.Name, file, loaded);
            var rescue = new Rescue(terminal);
            OnnxExportReport? report = null;
            rescue.Write(file, path => report = Save(loaded, path, options));
            foreach (var (path, bytes) in report!.Files)
                terminal.Line(Invariant($"Saved to {path}: {bytes:N0} bytes."));
            terminal.Line(Summary(loaded, report, options));
            return rescue.ExitCode;
        });
        return command;
    }

    private static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    // What a model holds that ONNX lacks is no defect of the tool.
    private static OnnxExportReport Save(Model model, string path, OnnxExportOptions options)
    {
        try
        {
            return OnnxExport.Save(model, path, options);
        }
        catch (NotSupportedException error)
        {
            throw new InvalidOperationException(error.Message, error);
        }
    }

    private static string Summary(Model model, OnnxExportReport report, OnnxExportOptions options)
    {
        var operators = string.Join(", ", report.Operators.Select(entry => Invariant($"{entry.Value} {entry.Key}")));
        var inputs = options.Preprocessing || model.Preprocessing == Preprocessing.None ? "raw inputs" : "prepared inputs";
        return Invariant($"Operator set {report.Opset}, {report.Operators.Values.Sum()} nodes ({operators}), {report.Weights:N0} weights; it takes {inputs}.");
    }
}
