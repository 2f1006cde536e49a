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
}
