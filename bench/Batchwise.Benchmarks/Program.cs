using System.CommandLine;
using System.CommandLine.Help;
using System.Text.Json.Nodes;
using Batchwise.Benchmarks.Fuzzing;

namespace Batchwise.Benchmarks;

static class Program
{
    internal static int Main(string[] args)
    {
        var parsed = Root(Console.Out).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            Console.Error.WriteLine($"benchmarks: {parsed.Errors[0].Message}");
            return 2;
        }
        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or IOException)
        {
            Console.Error.WriteLine($"benchmarks: {error.Message}");
            return 2;
        }
    }

    /// <summary>All commands; results go to a writer.</summary>
    internal static Command Root(TextWriter output)
    {
        var root = new Command("benchmarks", "Times Batchwise. Each command prints its medians; --json on one line.") { new HelpOption() };
        root.Add(Step(output));
        root.Add(Tax(output));
        root.Add(Infer(output));
        root.Add(new Command("op", "Single operations.")
        {
            Gemm(output), Convolve(output), NormalizeAndRectify(output), Whiten(output), LayerNorm(output), GroupNorm(output), Rectify(output),
            MaxPool(output), AveragePool(output),
        });
        root.Add(Limits(output));
        root.Add(CompareCommand.Create(output));
        root.Add(FuzzCommand.Create(output));
        return root;
    }

    private static Command Step(TextWriter output)
    {
        var model = Model();
        var plain = new Option<bool>("--plain") { Description = "Without batch normalization, with biases instead." };
        var (batch, size, steps) = (OfModel("--batch", "Examples per step."), OfModel("--size", "Height and width of an image."), OfModel("--steps", "Samples of which the median is taken."));
        var (threads, json) = (Number("--threads", Environment.ProcessorCount), Json());
        var command = new Command("step", "One training step: forward, cross-entropy, backward, SGD with momentum 0.9.") { model, plain, batch, size, threads, steps, json };
        command.SetAction(parsed =>
        {
            var chosen = BenchmarkModel.Of(parsed.GetValue(model)!);
            return Print(StepBenchmark.Run(
                chosen, !parsed.GetValue(plain), parsed.GetValue(batch) ?? chosen.Batch, parsed.GetValue(size) ?? chosen.Size, parsed.GetValue(threads),
                parsed.GetValue(steps) ?? chosen.Steps), parsed.GetValue(json), output);
        });
        return command;
    }

    private static Command Tax(TextWriter output)
    {
        var model = Model();
        var (batch, size, steps) = (OfModel("--batch", "Examples per step."), OfModel("--size", "Height and width of an image."), OfModel("--steps", "Samples of which the medians are taken."));
        var (threads, json) = (Number("--threads", Environment.ProcessorCount), Json());
        var command = new Command("tax", "What batch normalization costs: both networks in turn, in one process.") { model, batch, size, threads, steps, json };
        command.SetAction(parsed =>
        {
            var chosen = BenchmarkModel.Of(parsed.GetValue(model)!);
            return Print(StepBenchmark.Tax(
                chosen, parsed.GetValue(batch) ?? chosen.Batch, parsed.GetValue(size) ?? chosen.Size, parsed.GetValue(threads), parsed.GetValue(steps) ?? 2 * chosen.Steps),
                parsed.GetValue(json), output);
        });
        return command;
    }

    private static Command Infer(TextWriter output)
    {
        var model = Model();
        var (batch, size, samples) = (OfModel("--batch", "Images per call."), OfModel("--size", "Height and width of an image."),
            OfModel("--steps", "Samples of which the median is taken."));
        var versus = new Option<string?>("--vs")
        {
            Description = "Another engine, timed in turn in the same process: onnxruntime.",
            HelpName = "ENGINE",
        };
        versus.AcceptOnlyFromAmong("onnxruntime");
        var (threads, json) = (Number("--threads", Environment.ProcessorCount), Json());
        var command = new Command("infer", "Predictions of a folded network: a warm call, the first one, and memory.")
        {
            model, batch, size, threads, samples, versus, json,
        };
        command.SetAction(parsed =>
        {
            var chosen = BenchmarkModel.Of(parsed.GetValue(model)!);
            return Print(InferBenchmark.Run(
                chosen, parsed.GetValue(batch) ?? chosen.Batch, parsed.GetValue(size) ?? chosen.Size, parsed.GetValue(threads),
                    parsed.GetValue(samples) ?? 5 * chosen.Steps,
                parsed.GetValue(versus) is not null), parsed.GetValue(json), output);
        });
        return command;
    }

    private static Command Gemm(TextWriter output)
    {
        var sizes = new[] { Size("M"), Size("N"), Size("K") };
        var (ta, tb) = (new Option<bool>("--ta") { Description = "A is stored transposed." }, new Option<bool>("--tb") { Description = "B is stored transposed." });
        var (threads, steps, json) = (Number("--threads", Environment.ProcessorCount), Number("--steps", 31), Json());
        var command = new Command("gemm", "C = A B, C: M x N, inner length K.") { sizes[0], sizes[1], sizes[2], ta, tb, threads, steps, json };
        command.SetAction(parsed => Print(
            GemmBenchmark.Run(parsed.GetValue(sizes[0]), parsed.GetValue(sizes[1]), parsed.GetValue(sizes[2]), parsed.GetValue(ta), parsed.GetValue(tb),
                parsed.GetValue(threads), parsed.GetValue(steps)), parsed.GetValue(json), output));
        return command;
    }

    private static Command Convolve(TextWriter output)
    {
        Argument<int>[] sizes = [.. new[] { "N", "H", "W", "Cin", "Cout", "K", "S" }.Select(Size)];
        var (threads, steps, json) = (Number("--threads", Environment.ProcessorCount), Number("--steps", 31), Json());
        var command = new Command("conv", "A convolution of maps, padding K/2: forward + both gradients, and each alone.") { threads, steps, json };
        foreach (var size in sizes)
            command.Add(size);
        command.SetAction(parsed =>
        {
            int[] s = [.. sizes.Select(size => parsed.GetValue(size))];
            return Print(ConvolutionBenchmark.Run(s[0], s[1], s[2], s[3], s[4], s[5], s[6], parsed.GetValue(threads), parsed.GetValue(steps)), parsed.GetValue(json), output);
        });
        return command;
    }

    private static Command NormalizeAndRectify(TextWriter output) => OfLayer(
        "bnrelu", "Batch normalization and ReLU of maps", ["N", "C", "H", "W"],
        sizes => Network.Input(sizes[2], sizes[3], sizes[1]).BatchNormalization().Relu(), output);

    private static Command Whiten(TextWriter output)
    {
        var sizes = new[] { Size("N"), Size("C") };
        var (threads, steps, json) = (Number("--threads", Environment.ProcessorCount), Number("--steps", 301), Json());
        var command = new Command("whiten", "Batch whitening of vectors in groups of 16, forward + backward.") { sizes[0], sizes[1], threads, steps, json };
        command.SetAction(parsed => Print(
            WhiteningBenchmark.Run(parsed.GetValue(sizes[0]), parsed.GetValue(sizes[1]), parsed.GetValue(threads), parsed.GetValue(steps)), parsed.GetValue(json), output));
        return command;
    }

    private static Command LayerNorm(TextWriter output) => OfLayer(
        "layernorm", "Layer normalization of vectors", ["N", "C"], sizes => Network.Input(sizes[1]).Then(new LayerNormalization()), output);

    private static Command GroupNorm(TextWriter output) => OfLayer(
        "groupnorm", "Group normalization of maps, in G groups", ["N", "C", "H", "W", "G"],
        sizes => Network.Input(sizes[2], sizes[3], sizes[1]).Then(new GroupNormalization(sizes[4])), output);

    private static Command Rectify(TextWriter output) => OfLayer(
        "prelu", "The parametric rectifier, of vectors where H and W are 1", ["N", "C", "H", "W"],
        sizes => (sizes[2] * sizes[3] == 1 ? Network.Input(sizes[1]) : Network.Input(sizes[2], sizes[3], sizes[1])).Prelu(), output);

    private static Command MaxPool(TextWriter output) => OfLayer(
        "maxpool", "The maximum under a K x K window, by S", ["N", "H", "W", "C", "K", "S"],
        sizes => Network.Input(sizes[1], sizes[2], sizes[3]).MaxPool(sizes[4], sizes[5], Around(sizes), ceilMode: true), output);

    private static Command AveragePool(TextWriter output) => OfLayer(
        "avgpool", "The average under a K x K window, by S", ["N", "H", "W", "C", "K", "S"],
        sizes => Network.Input(sizes[1], sizes[2], sizes[3]).AveragePool(sizes[4], sizes[5], Around(sizes), ceilMode: true, countPadding: true), output);

    /// <summary>Pools as Inception has them: by one they keep the size, by more they have no padding.</summary>
    private static Padding Around(int[] sizes) => sizes[5] == 1 ? Padding.All(sizes[4] / 2) : Padding.None;

    private static Command OfLayer(string name, string what, string[] names, Func<int[], Network> make, TextWriter output)
    {
        var sizes = names.Select(Size).ToArray();
        var (threads, steps, json) = (Number("--threads", Environment.ProcessorCount), Number("--steps", 31), Json());
        var command = new Command(name, $"{what}: forward + backward, and forward alone.") { threads, steps, json };
        foreach (var size in sizes)
            command.Add(size);
        command.SetAction(parsed => Print(
            LayerBenchmark.Run(name, [.. names.Zip(sizes, (title, size) => (title, parsed.GetValue(size)))], make, parsed.GetValue(threads), parsed.GetValue(steps)),
            parsed.GetValue(json), output));
        return command;
    }

    private static Command Limits(TextWriter output)
    {
        var (threads, json) = (Number("--threads", Environment.ProcessorCount), Json());
        var command = new Command("limits", "What the machine can do: multiply-adds and memory bandwidth.") { threads, json };
        command.SetAction(parsed => Print(LimitsBenchmark.Run(parsed.GetValue(threads)), parsed.GetValue(json), output));
        return command;
    }

    private static int Print(JsonObject result, bool json, TextWriter output)
    {
        if (json)
        {
            output.WriteLine(result.ToJsonString());
            return 0;
        }
        foreach (var (name, value) in result)
            output.WriteLine($"{name,-32} {value}");
        return 0;
    }

    private static Argument<string> Model() => new("MODEL") { Description = $"{BenchmarkModel.Names}." };

    private static Option<int?> OfModel(string name, string what)
    {
        var option = new Option<int?>(name) { Description = $"{what} Default: the model's.", HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < 1)
                result.AddError($"{name} is at least 1.");
        });
        return option;
    }

    private static Argument<int> Size(string name) => AtLeastOne(new Argument<int>(name));

    private static Option<int> Number(string name, int otherwise)
    {
        var option = new Option<int>(name) { HelpName = "N", DefaultValueFactory = _ => otherwise };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError($"{name} is at least 1.");
        });
        return option;
    }

    private static Argument<int> AtLeastOne(Argument<int> argument)
    {
        argument.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError($"{argument.Name} is at least 1.");
        });
        return argument;
    }

    private static Option<bool> Json() => new("--json") { Description = "One line of JSON." };
}
