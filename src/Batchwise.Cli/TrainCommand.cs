using System.CommandLine;
using System.Globalization;

namespace Batchwise.Cli;

/// <summary><c>train mnist-mlp</c>: trains the MNIST network by hand and saves it.</summary>
static class TrainCommand
{
    public const int MostEpochs = 1_000_000;
    private const int Batch = 60;

    public static Command Create(Terminal terminal)
    {
        var data = PathOption.Create("--data", "A folder of IDX files with MNIST's names. Default: generated digits.");
        var epochs = NumberOption.Whole("--epochs", "Passes over the training images.", 5, 1, MostEpochs);
        var plain = new Option<bool>("--plain") { Description = "Without batch normalization." };
        var batchNorm = new Option<bool>("--batch-norm") { Description = "With batch normalization before each sigmoid. The default." };
        var rate = NumberOption.Rate("The learning rate.", 0.5f);
        var seed = NumberOption.Whole<ulong>("--seed", "Fixes weights and data order.", 1, 0, ulong.MaxValue);
        var save = PathOption.Create("--save", "Where the model goes.", "FILE", required: true);
        var run = PathOption.Run("Where the run's log goes, for 'batchwise doctor'.");
        var command = new Command("mnist-mlp", "784-100-100-100-10 with sigmoids.") { data, epochs, plain, batchNorm, rate, seed, save, run };
        command.Validators.Add(result =>
        {
            if (result.GetValue(plain) && result.GetValue(batchNorm))
                result.AddError("--plain and --batch-norm exclude each other.");
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            OutputPath.RequireOfTraining(parsed.GetValue(save)!, parsed.GetValue(run));
            var (train, test) = DataSets.ForTraining(parsed.GetValue(data), terminal);
            if (train.Count < Batch)
                throw new ArgumentException($"{parsed.GetValue(data)} holds {train.Count} training images, and mnist-mlp takes {Batch} in each step: give --data with more.");
            var network = MnistMlp.Create(train.Shape, train.Classes, !parsed.GetValue(plain));
            using var trainer = new Trainer(network, new Sgd(parsed.GetValue(rate)), parsed.GetValue(seed));
            var model = new Model(trainer.State, OutputMeaning.ClassLogits)
            {
                ClassNames = [.. Enumerable.Range(0, train.Classes).Select(i => i.ToString(CultureInfo.InvariantCulture))],
            };
            OutputPath.RequireRoom("--save", parsed.GetValue(save)!, model);
            var rescue = new Rescue(terminal);
            var log = new LoggedRun(
                trainer, parsed.GetValue(run), "batchwise " + string.Join(' ', parsed.Tokens.Select(token => token.Value)),
                parsed.GetValue(plain) ? NamedNetworks.MnistPlain : NamedNetworks.Mnist, train.Name, rescue);
            using var end = new TrainingEnd(trainer, model, log, rescue, terminal, cancellationToken);
            var steps = (long)train.Count / Batch * parsed.GetValue(epochs);
            var history = log.Fit(train, Batch, steps, terminal, cancellationToken);
            var code = end.Finish(history, steps, parsed.GetValue(save)!, train, Batch, test, parsed.GetValue(data));
            if (parsed.GetValue(data) is null)
                terminal.Line(DataSets.NotMnist);
            return Task.FromResult(code);
        });
        return new CommandGroup("train", "Trains a network and saves it.", usual: "resnet-20")
        {
            command, TrainImages.Create("inception-small", terminal), TrainImages.Create("resnet-20", terminal), TrainImages.Create("bn-inception", terminal),
        };
    }
}
