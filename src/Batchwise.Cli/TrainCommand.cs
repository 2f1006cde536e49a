using System.CommandLine;
using System.Globalization;

namespace Batchwise.Cli;

/// <summary><c>train mnist-mlp</c>: trains the MNIST network by hand and saves it.</summary>
static class TrainCommand
{
    private const int Batch = 60;

    public static Command Create(Terminal terminal)
    {
        var data = new Option<string?>("--data") { Description = "A folder of IDX files with MNIST's names. Default: generated digits.", HelpName = "DIR" };
        var epochs = new Option<int>("--epochs") { Description = "Passes over the training images.", HelpName = "N", DefaultValueFactory = _ => 5 };
        var plain = new Option<bool>("--plain") { Description = "Without batch normalization." };
        var batchNorm = new Option<bool>("--batch-norm") { Description = "With batch normalization before each sigmoid. The default." };
        var rate = new Option<float>("--lr") { Description = "The learning rate.", HelpName = "RATE", DefaultValueFactory = _ => 0.5f };
        var seed = new Option<ulong>("--seed") { Description = "Fixes weights and data order.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var save = new Option<string>("--save") { Description = "Where the model goes.", HelpName = "FILE", Required = true };
        var run = RunOption.Create("Where the run's log goes, for 'batchwise doctor'.");
        var network = new Command("mnist-mlp", "784-100-100-100-10 with sigmoids.") { data, epochs, plain, batchNorm, rate, seed, save, run };
        network.Validators.Add(result =>
        {
            if (result.GetValue(plain) && result.GetValue(batchNorm))
                result.AddError("--plain and --batch-norm exclude each other.");
        });
        network.SetAction((parsed, cancellationToken) =>
        {
            if (parsed.GetValue(epochs) < 1)
                throw new ArgumentException($"--epochs is at least 1, not {parsed.GetValue(epochs)}.");
            var (train, test) = DataSets.ForTraining(parsed.GetValue(data), terminal);
            var model = MnistMlp.Create(train.Shape, train.Classes, !parsed.GetValue(plain));
            using var trainer = new Trainer(model, new Sgd(parsed.GetValue(rate)), parsed.GetValue(seed));
            var log = new LoggedRun(
                trainer, parsed.GetValue(run), "batchwise " + string.Join(' ', parsed.Tokens.Select(token => token.Value)),
                parsed.GetValue(plain) ? NamedNetworks.MnistPlain : NamedNetworks.Mnist, train.Name);
            Train(log, train, parsed.GetValue(epochs), terminal, cancellationToken);
            trainer.EstimatePopulation(train, Batch);
            var names = Enumerable.Range(0, train.Classes).Select(i => i.ToString(CultureInfo.InvariantCulture));
            new Model(trainer.State, OutputMeaning.ClassLogits) { ClassNames = [.. names] }.Save(parsed.GetValue(save)!);
            var result = trainer.Evaluate(test, StatisticsSource.PopulationElseMoving);
            terminal.Line(FormattableString.Invariant($"Test accuracy {result.Accuracy:0.0000}, loss {result.Loss:0.0000} on {test.Name}. Saved to {parsed.GetValue(save)}."));
            if (parsed.GetValue(data) is null)
                terminal.Line(DataSets.NotMnist);
            return Task.FromResult(log.Ended(terminal, cancellationToken));
        });
        return new Command("train", "Trains a network and saves it.")
        {
            network, TrainImages.Create("inception-small", terminal), TrainImages.Create("resnet-20", terminal), TrainImages.Create("bn-inception", terminal),
        };
    }

    private static void Train(LoggedRun run, Dataset train, int epochs, Terminal terminal, CancellationToken cancellationToken)
    {
        var steps = (long)train.Count / Batch * epochs;
        var start = TimeProvider.System.GetTimestamp();
        terminal.Progress(progress => run.Fit(train, Batch, steps, value => progress.Report(new(
            "training", value.Step, value.LastStep, value.Accuracy, value.Step / TimeProvider.System.GetElapsedTime(start).TotalSeconds)), cancellationToken));
    }
}
