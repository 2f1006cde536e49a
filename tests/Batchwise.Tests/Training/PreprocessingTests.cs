using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Training;

public class PreprocessingTests
{
    // Two examples of two places and two channels: 0, 4, 2, 6 and 10, 10, 10, 30.
    private static readonly Dataset Data = new([0, 10, 4, 10, 2, 10, 6, 30], [0, 1], new Shape(1, 2, 2), 2);

    [Fact]
    public void Standardizing_gives_each_channel_mean_0_and_deviation_1()
    {
        var preprocessing = Preprocessing.Standardizing(Data);
        // Mean 3, variance (9 + 1 + 1 + 9) / 4 = 5; mean 15, variance (3 * 25 + 225) / 4 = 75.
        Assert.Equal([3f, 15f], preprocessing.ChannelMeans);
        var (first, second) = ((float)(1 / Math.Sqrt(5)), (float)(1 / Math.Sqrt(75)));
        Assert.Equal([first, second], preprocessing.ChannelScales);
        var input = new float[4];
        preprocessing.Prepare(Data).CopyInput(1, input);
        Assert.Equal([-1 * first, -5 * second, 3 * first, 15 * second], input);
    }

    [Fact]
    public void One_channel_needs_no_list_and_a_constant_one_no_scale()
    {
        var flat = new Dataset([1, 3, 1, 3], [0, 0], new Shape(2), 1);
        Assert.Equal(new Preprocessing { ChannelMeans = [1, 3], ChannelScales = [1, 1] }, Preprocessing.Standardizing(flat));
        Assert.Equal(new Preprocessing(2, 1), Preprocessing.Standardizing(new Dataset([1, 3, 1, 3], [0], new Shape(4, 1), 1)));
    }

    [Fact]
    public void A_model_file_keeps_it_and_prediction_applies_it()
    {
        using var folder = new DataFolder();
        using var trainer = new Trainer(Network.Input(1, 2, 2).Flatten().Dense(2), new Sgd(0.1f));
        var model = new Model(trainer.State, OutputMeaning.Values) { Preprocessing = Preprocessing.Standardizing(Data) };
        var path = Path.Combine(folder.Path, "model.safetensors");
        model.Save(path);
        var read = Model.Load(path);
        Assert.Equal(model.Preprocessing, read.Preprocessing);
        var (input, prepared) = (new float[4], new float[4]);
        Data.CopyInput(0, input);
        model.Preprocessing.Prepare(Data).CopyInput(0, prepared);
        Assert.Equal(new Model(trainer.State, OutputMeaning.Values).Predict(prepared), read.Predict(input));
    }

    [Fact]
    public void It_travels_with_the_examples_into_trainer_model_and_checkpoint_and_is_applied_once()
    {
        using var folder = new DataFolder();
        var (train, test) = (Apart(60), Apart(30));
        var preprocessing = Preprocessing.Standardizing(train);
        using var trainer = new Trainer(Network.Input(2).Dense(2), new Sgd(0.5f));
        var untrained = trainer.Evaluate(test);
        Assert.Equal(Preprocessing.None, trainer.Preprocessing);
        trainer.Fit(preprocessing.Prepare(train), 20, 150);
        Assert.Equal(preprocessing, trainer.Preprocessing);
        Assert.NotEqual(untrained, trainer.Evaluate(test));

        var path = Path.Combine(folder.Path, "file");
        trainer.SaveCheckpoint(path);
        using var resumed = Trainer.Resume(path, trainer.Network, trainer.Optimizer);
        var expected = trainer.Evaluate(preprocessing.Prepare(test));
        Assert.True(expected is { Accuracy: 1, Loss: < 0.2 }, $"{expected}");
        Model[] models = [trainer.ToModel(), trainer.ToInference(train, 20), trainer.ToInference(preprocessing.Prepare(train), 20), Model.Load(path)];
        Evaluation[] all =
        [
            trainer.Evaluate(test), resumed.Evaluate(test), resumed.Evaluate(preprocessing.Prepare(test)),
            .. models.Select(model => model.Evaluate(test)), .. models.Select(model => model.Evaluate(preprocessing.Prepare(test))),
        ];
        Assert.All(all, evaluation => Assert.Equal(expected, evaluation));
        Assert.Equal(models[0].Predict(test), models[0].Predict(preprocessing.Prepare(test)));
        var probe = trainer.Probe("dense1");
        Assert.Equal(probe.Read(test), probe.Read(preprocessing.Prepare(test)));
        Assert.Equal(probe.Read(test), new LayerProbe(trainer.State, "dense1").Read(preprocessing.Prepare(test)));
    }

    [Fact]
    public void Raw_examples_are_learned_from_as_those_before_them_were_and_give_the_same_statistics()
    {
        var train = Apart(60);
        var preprocessing = Preprocessing.Standardizing(train);
        var network = Network.Input(2).Dense(4).Relu().Dense(2).WithBatchNormalization();
        using var prepared = new Trainer(network, new Sgd(0.5f));
        prepared.Fit(preprocessing.Prepare(train), 20, 40);
        prepared.EstimatePopulation(preprocessing.Prepare(train), 20, layerByLayer: true);
        using var raw = new Trainer(network, new Sgd(0.5f));
        raw.Fit(preprocessing.Prepare(train), 20, 20);
        raw.Fit(train, 20, 20);
        raw.EstimatePopulation(train, 20, layerByLayer: true);
        StateAssert.Same(prepared.State, raw.State);
        StateAssert.Same(prepared.ToModel().Adapt(preprocessing.Prepare(train), 20).State, raw.ToModel().Adapt(train, 20).State);
    }

    [Fact]
    public void Population_statistics_of_a_state_say_how_its_examples_are_prepared()
    {
        using var trainer = Trainer.From(NetworkState.Create(Network.Input(2).Dense(2), 1), new Sgd(0.1f));
        var preprocessing = Preprocessing.Standardizing(Apart(20));
        Assert.Equal(preprocessing, trainer.ToInference(preprocessing.Prepare(Apart(20)), 20).Preprocessing);
        Assert.Equal(preprocessing, trainer.Preprocessing);
    }

    [Fact]
    public void Binary_views_are_examples_that_a_threshold_prepared()
    {
        var data = Dataset.FromBytes([.. Enumerable.Range(0, 256).Select(i => (byte)i)], new int[128], new Shape(2), 1);
        float[] halves = [0.5f, 0.501f];
        var floats = new Dataset(halves, [0], new Shape(2), 1);
        foreach (var threshold in new byte[] { 0, 127, 254 })
        {
            var binary = data.Binarize(threshold);
            Assert.Equal(binary.Preprocessing, floats.Binarize(threshold).Preprocessing);
            Assert.Equal(All(binary), All(binary.Preprocessing.Prepare(data)));
            Assert.Equal(All(floats.Binarize(threshold)), All(binary.Preprocessing.Prepare(floats)));
        }
        Assert.Equal(Preprocessing.Binary, data.Binarize().Preprocessing);
        Assert.Equal(data.Binarize().Preprocessing, data.Binarize().Slice(3, 4).Preprocessing);
        Assert.Equal(Preprocessing.None, data.Preprocessing);
    }

    [Fact]
    public void Examples_prepared_in_another_way_or_twice_are_refused()
    {
        var (train, other) = (Apart(60), new Preprocessing(3, 2));
        var preprocessing = Preprocessing.Standardizing(train);
        using var trainer = new Trainer(Network.Input(2).Dense(2), new Sgd(0.5f));
        trainer.Fit(preprocessing.Prepare(train), 20, 3);
        var before = trainer.State.Clone();
        Action[] acts =
        [
            () => trainer.Fit(other.Prepare(train), 20, 3), () => trainer.Evaluate(other.Prepare(train)), () => trainer.EstimatePopulation(other.Prepare(train)),
            () => trainer.ToInference(other.Prepare(train)), () => trainer.ToModel().Evaluate(other.Prepare(train)),
            () => trainer.ToModel().Predict(other.Prepare(train)), () => trainer.Probe("dense1").Read(other.Prepare(train)),
        ];
        foreach (var act in acts)
            Assert.Contains($"are prepared by mean=3 scale=2 threshold=none, and the network takes those prepared by {preprocessing}", Refusal(act), StringComparison.Ordinal);
        StateAssert.Same(before, trainer.State);
        Assert.Contains("and the network takes raw ones", Refusal(() => new Model(trainer.State).Evaluate(other.Prepare(train))), StringComparison.Ordinal);

        Assert.Contains("prepared already, by mean=3 scale=2 threshold=none", Refusal(() => preprocessing.Prepare(other.Prepare(train))), StringComparison.Ordinal);
        Assert.Contains("prepared already", Refusal(() => other.Prepare(other.Prepare(train))), StringComparison.Ordinal);
        Assert.Contains("prepared already", Refusal(() => Preprocessing.Standardizing(train.Binarize())), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mean=1,2 scale=1 threshold=none")]
    [InlineData("mean= scale= threshold=none")]
    [InlineData("mean=1 scale=1 threshold=1,2")]
    [InlineData("mean=1 scale=NaN threshold=none")]
    [InlineData("mean=1 scale=1")]
    public void A_text_that_is_none_is_refused(string text) =>
        Assert.Contains("expected mean=M", Assert.Throws<InvalidDataException>(() => Preprocessing.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var three = new Preprocessing { ChannelMeans = [1, 2, 3], ChannelScales = [1, 1, 1] };
        Assert.Contains("have 2 channels, and there are 3 means", Assert.Throws<ArgumentException>(() => three.Prepare(Data)).Message, StringComparison.Ordinal);
        Assert.Contains("2 means and 1 scales", Assert.Throws<ArgumentException>(() => new Preprocessing { ChannelMeans = [1, 2], ChannelScales = [1] }.Prepare(Data)).Message, StringComparison.Ordinal);
    }

    private static string Refusal(Action act) => Assert.Throws<ArgumentException>(act).Message;

    private static float[] All(IExamples examples)
    {
        var all = new float[examples.Count * examples.Shape.Size];
        for (var i = 0; i < examples.Count; i++)
            examples.CopyInput(i, all.AsSpan(i * examples.Shape.Size, examples.Shape.Size));
        return all;
    }

    /// <summary>Two classes that differ by 2 in their first value, far from 0 and of unequal scale, so that preprocessing matters.</summary>
    private static Dataset Apart(int count)
    {
        var inputs = new float[2 * count];
        for (var i = 0; i < count; i++)
            (inputs[2 * i], inputs[2 * i + 1]) = (100 + 2 * (i % 2) + 0.01f * (i % 7), 0.001f * (i % 5));
        return new Dataset(inputs, [.. Enumerable.Range(0, count).Select(i => i % 2)], new Shape(2), 2);
    }
}
