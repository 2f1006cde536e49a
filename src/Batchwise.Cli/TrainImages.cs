using System.CommandLine;

namespace Batchwise.Cli;

/// <summary><c>train inception-small|resnet-20|bn-inception</c>: trains a convolutional network on images and saves it.</summary>
static class TrainImages
{
    private const float Momentum = 0.9f;
    private const float WeightDecay = 1e-4f;
    private const string Low = "low";

    // The border that augmentation puts around an image is cut out of the image itself.
    private static int LeastSize => 2 * Augmentation.Standard.Padding + 1;

    public static Command Create(string name, Terminal terminal)
    {
        var (size, batch, what) = name switch
        {
            NamedNetworks.BnInception => (224, 32, "The paper's network for ImageNet, 11 M parameters."),
            NamedNetworks.ResNet20 => (32, 64, "The residual network of twenty layers for small images."),
            _ => (32, 64, "A small relative of the paper's Inception, for small images."),
        };
        var data = PathOption.Create(
            "--data", "Images in class folders, or a .tar of them. " + (size == ImageData.GeneratedSize ? "Default: generated textured shapes." : $"Without it, generated textured shapes, and only at --size {ImageData.GeneratedSize}."), "DIR|TAR");
        var epochs = NumberOption.Whole("--epochs", "Passes over the training images.", 10, 1, TrainCommand.MostEpochs);
        var side = NumberOption.Whole("--size", "Height and width that images are brought to.", size, LeastSize, 4_096);
        var maxPixels = PixelOption.Create();
        var examples = NumberOption.Whole("--batch", "Images per step.", batch, 2, 1_000_000);
        var rate = NumberOption.Rate("The first learning rate; it falls to zero along a cosine.", 0.1f);
        var plain = new Option<bool>("--plain") { Description = "Without batch normalization." };
        var memory = ChoiceOption.Create("--memory", "low computes outputs again for the backward pass instead of keeping them. Default: full.", ("full", "full"), (Low, Low));
        var verbose = new Option<bool>("--verbose") { Description = "Says first by which kernels each layer runs, and why." };
        var seed = NumberOption.Whole<ulong>("--seed", "Fixes weights, data order and distortions.", 1, 0, ulong.MaxValue);
        var save = PathOption.Create("--save", "Where the model goes.", "FILE", required: true);
        var run = PathOption.Run("Where the run's log goes, for 'batchwise doctor'.");
        var command = new Command(name, what) { data, epochs, side, maxPixels, examples, rate, plain, memory, verbose, seed, save, run };
        command.SetAction((parsed, cancellationToken) =>
        {
            OutputPath.RequireOfTraining(parsed.GetValue(save)!, parsed.GetValue(run));
            var (train, test, _) = ImageData.ForTraining(
                parsed.GetValue(data), new() { Size = parsed.GetValue(side), MaxPixels = parsed.GetValue(maxPixels) }, terminal, cancellationToken);
            if (train.Count < parsed.GetValue(examples))
                throw new ArgumentException($"--batch {parsed.GetValue(examples)} needs as many training images, and there are {train.Count}: choose a smaller one.");
            var network = Network(name, train, !parsed.GetValue(plain));
            var steps = (long)train.Count / parsed.GetValue(examples) * parsed.GetValue(epochs);
            var optimizer = new Sgd(parsed.GetValue(rate), Momentum) { WeightDecay = WeightDecay, Schedule = LearningRateSchedule.Cosine(Math.Max(1, steps)) };
            using var trainer = new Trainer(network, optimizer, parsed.GetValue(seed)) { LowMemory = parsed.GetValue(memory) == Low };
            if (parsed.GetValue(verbose))
                terminal.Lines(new Model(trainer.State).DescribePlan(NetworkMode.Training, parsed.GetValue(examples), trainer.LowMemory));
            var preprocessing = Preprocessing.Standardizing(train);
            // Made before the first step, so that what it refuses, such as a class name of two lines, costs no training.
            var model = new Model(trainer.State, OutputMeaning.ClassLogits)
            {
                ClassNames = train.ClassNames,
                Preprocessing = preprocessing,
            };
            OutputPath.RequireRoom("--save", parsed.GetValue(save)!, model);
            var rescue = new Rescue(terminal);
            var log = new LoggedRun(
                trainer, parsed.GetValue(run), "batchwise " + string.Join(' ', parsed.Tokens.Select(token => token.Value)), name + (parsed.GetValue(plain) ? "-plain" : ""), train.Name, rescue);
            using var end = new TrainingEnd(trainer, model, log, rescue, terminal, cancellationToken);
            var history = log.Fit(preprocessing.Prepare(Augmentation.Standard.Apply(train)), parsed.GetValue(examples), steps, terminal, cancellationToken);
            return Task.FromResult(end.Finish(history, steps, parsed.GetValue(save)!, preprocessing.Prepare(train), parsed.GetValue(examples), test, parsed.GetValue(data)));
        });
        return command;
    }

    private static Network Network(string name, Dataset train, bool batchNormalized) => name switch
    {
        NamedNetworks.BnInception => BnInception.Create(train.Classes, train.Shape[0], batchNormalized: batchNormalized),
        NamedNetworks.ResNet20 => ResNet20.Create(train.Classes, size: train.Shape[0], batchNormalized: batchNormalized),
        _ => InceptionSmall.Create(train.Classes, size: train.Shape[0], batchNormalized: batchNormalized),
    };
}
