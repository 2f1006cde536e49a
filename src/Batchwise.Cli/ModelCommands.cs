using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;

namespace Batchwise.Cli;

/// <summary><c>evaluate MODEL</c>.</summary>
static class EvaluateCommand
{
    public static Command Create(Terminal terminal)
    {
        var model = ModelArgument.Create();
        var data = PathOption.ModelData("What it is asked about", "Default: generated digits, or shapes in colour.");
        var maxPixels = PixelOption.Create();
        var command = new Command("evaluate", "Scores a saved model on a data set's test images, or on all where no folder says which are test images.") { model, data, maxPixels };
        command.SetEndableAction(parsed =>
        {
            var loaded = ModelArgument.Load(parsed.GetValue(model)!);
            var test = DataSets.ForScoring(parsed.GetValue(data), parsed.GetValue(maxPixels), loaded, terminal);
            var result = loaded.Evaluate(test);
            var score = ModelArgument.Score(result);
            terminal.Line(FormattableString.Invariant($"{char.ToUpperInvariant(score[0])}{score[1..]} over {result.Count:N0} test images of {test.Name}; {ModelArgument.Statistics(loaded)}."));
            return 0;
        });
        return command;
    }
}

/// <summary><c>predict MODEL</c>.</summary>
static class PredictCommand
{
    public static Command Create(Terminal terminal)
    {
        var model = ModelArgument.Create();
        var data = PathOption.ModelData("What it is asked about", "Default: generated digits, or shapes in colour.");
        var maxPixels = PixelOption.Create();
        var index = NumberOption.Whole("--index", "Which of the test images, from 0.", 0, 0, int.MaxValue);
        var command = new Command("predict", "Says what a saved model sees in one test image.") { model, data, maxPixels, index };
        command.SetEndableAction(parsed =>
        {
            var loaded = ModelArgument.Load(parsed.GetValue(model)!);
            var test = DataSets.ForScoring(parsed.GetValue(data), parsed.GetValue(maxPixels), loaded, terminal);
            var place = parsed.GetValue(index);
            if (place >= test.Count)
                throw new ArgumentException($"--index lies in 0 to {test.Count - 1}, {place} does not.");
            var pixels = new float[test.Shape.Size];
            test.CopyInput(place, pixels);
            var probabilities = loaded.Predict(pixels);
            terminal.Lines(Picture.Of(pixels, test.Shape));
            var rows = new List<string[]> { new[] { "class", "probability" } };
            // A single yes-or-no output is the probability of yes, class 1.
            if (loaded.Meaning == OutputMeaning.BinaryLogits && probabilities is [var yes])
                probabilities = [1 - yes, yes];
            foreach (var (probability, i) in probabilities.Select((value, i) => (value, i)).OrderByDescending(pair => pair.value).Take(5))
                rows.Add([Name(loaded.ClassNames, i), probability.ToString("0.0000", CultureInfo.InvariantCulture)]);
            terminal.Table(rows);
            terminal.Line($"Image {place} of {test.Name} is labelled {Name(test.ClassNames.IsEmpty ? loaded.ClassNames : test.ClassNames, test.Label(place))}.");
            return 0;
        });
        return command;
    }

    // IDX files may have labels beyond a model's classes.
    private static string Name(ImmutableArray<string> names, int place) =>
        place < names.Length ? Printable.Name(names[place]) : place.ToString(CultureInfo.InvariantCulture);
}

/// <summary><c>inspect MODEL|NETWORK</c>.</summary>
static class InspectCommand
{
    private const int ClassesPerLine = 10;

    public static Command Create(Terminal terminal)
    {
        var model = new Argument<string>("MODEL|NETWORK") { Description = $"A model file, or a network by name ({string.Join(", ", NamedNetworks.Names)})." };
        var plan = ChoiceOption.Create<NetworkMode?>(
            "--plan", "Show instead the steps that the network is compiled into for one of these.", ("training", NetworkMode.Training), ("statistics", NetworkMode.Statistics), ("inference", NetworkMode.Inference));
        var batch = NumberOption.Whole("--batch", "The largest batch of that plan.", 60, 1, int.MaxValue);
        var command = new Command("inspect", "Shows the layers, shapes and statistics of a model or a network, or its plan.") { model, plan, batch };
        command.SetEndableAction(parsed =>
        {
            var subject = parsed.GetValue(model)!;
            var named = !File.Exists(subject) && NamedNetworks.Names.Contains(subject);
            var loaded = named ? new Model(NetworkState.Create(NamedNetworks.Create(subject), 1)) : ModelArgument.Load(subject, orNetwork: true);
            if (parsed.GetValue(plan) is { } mode)
            {
                terminal.Lines(loaded.DescribePlan(mode, parsed.GetValue(batch)).TrimEnd());
                terminal.Line($"Kernels: {Machine.InstructionSet}, on {Machine.Cpu}.");
                return 0;
            }
            terminal.Lines(loaded.Network.ToString());
            if (named)
                return 0;
            terminal.Lines($"Outputs: {loaded.Meaning}. Classes: {Classes(loaded)}.");
            if (!ModelArgument.Normalizes(loaded))
                terminal.Line("No batch normalization.");
            else if (ModelArgument.HasPopulation(loaded))
                terminal.Lines("Moving averages against population statistics:\n" + StatisticsReport.Print(StatisticsReport.Compare(loaded.State)));
            else
                terminal.Line("Population statistics have not been estimated; inference uses the moving averages.");
            return 0;
        });
        return command;
    }

    private static string Classes(Model model) => model.ClassNames.IsEmpty
        ? "unnamed"
        : string.Join(",\n", model.ClassNames.Select(Printable.Name).Chunk(ClassesPerLine).Select(names => string.Join(", ", names)));
}

/// <summary>What the commands on models share.</summary>
static class ModelArgument
{
    public static Argument<string> Create() => new("MODEL") { Description = "A model file that 'batchwise train' saved." };

    /// <summary>Which stored statistics of a model are used.</summary>
    public static Option<StatisticsSource> StatisticsOption() => ChoiceOption.Create(
        "--statistics", "Which statistics of batch normalization. Default: the population's where they were estimated, else the moving averages.",
        ("population", StatisticsSource.Population), ("moving", StatisticsSource.Moving));

    /// <summary>Reads a model.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="orNetwork">Whether the command takes networks by name too, for the refusal.</param>
    public static Model Load(string path, bool orNetwork = false) =>
        File.Exists(path) ? Model.Load(path) : throw new FileNotFoundException(Missing(path, orNetwork));

    /// <summary>Why a name that is no file names no model.</summary>
    public static string Missing(string name, bool orNetwork = false)
    {
        if (Directory.Exists(name))
            return $"'{name}' is a folder: name the model file in it.";
        if (orNetwork)
            return $"'{name}' is neither a file nor a network: give a model file, or one of {string.Join(", ", NamedNetworks.Names)}.";
        return NamedNetworks.Names.Contains(name)
            ? $"'{name}' is a network by name, which has learned nothing yet: give a model file that 'batchwise train' saved."
            : $"There is no model file '{name}': give one that 'batchwise train' saved.";
    }

    /// <summary>What an evaluation says, in numbers: without an accuracy where nothing can be right or wrong.</summary>
    public static string Score(Evaluation result) => double.IsNaN(result.Accuracy)
        ? FormattableString.Invariant($"loss {result.Loss:0.0000}")
        : FormattableString.Invariant($"accuracy {result.Accuracy:0.0000}, loss {result.Loss:0.0000}");

    public static bool Normalizes(Model model) => model.Network.Nodes.Any(node => node.Layer is BatchStatisticsLayer);

    public static bool HasPopulation(Model model) => model.State.StatisticNames.Where(name => name.EndsWith("populationMean", StringComparison.Ordinal))
        .All(name => !double.IsNaN(model.State.Statistic(name)[0]));

    public static string Statistics(Model model) => !Normalizes(model) ? "no batch normalization" : HasPopulation(model) ? "population statistics" : "moving averages";
}
