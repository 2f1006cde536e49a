using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Training;

public sealed class ModelFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("batchwise-").FullName;

    private string FilePath => Path.Combine(folder, "model.safetensors");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_model_comes_back_from_its_file_as_it_was()
    {
        var model = Trained();
        model.Save(FilePath);
        var read = Model.Load(FilePath);
        Assert.Equal(model.Network.ToString(), read.Network.ToString());
        Assert.Equal(["a", "b", "c"], read.ClassNames);
        Assert.Equal(model.Preprocessing, read.Preprocessing);
        Assert.Equal(OutputMeaning.ClassLogits, read.Meaning);
        foreach (var name in model.State.StatisticNames)
            Assert.Equal(model.State.Statistic(name).ToArray(), read.State.Statistic(name).ToArray());
        Assert.Equal(model.Predict(new Toy()), read.Predict(new Toy()));
    }

    [Fact]
    public void A_foreign_file_needs_its_network_named()
    {
        var model = Trained();
        SafeTensorFile.Write(FilePath, StateTensors.Of(model.State), null);
        Assert.Contains("LoadAs", Assert.Throws<InvalidDataException>(() => Model.Load(FilePath)).Message, StringComparison.Ordinal);
        Assert.Equal(new Model(model.State).Predict(new Toy()), Model.LoadAs(FilePath, model.Network).Predict(new Toy()));
        Assert.Contains("dense1.weight", Assert.Throws<InvalidDataException>(() => Model.LoadAs(FilePath, Network.Input(4).Dense(2))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_is_refused_in_one_sentence()
    {
        Trained().Save(FilePath);
        var bytes = File.ReadAllBytes(FilePath);
        for (var length = 0; length < bytes.Length; length += bytes.Length / 40)
        {
            File.WriteAllBytes(FilePath, bytes[..length]);
            Assert.DoesNotContain('\n', Assert.Throws<InvalidDataException>(() => Model.Load(FilePath)).Message);
        }
        for (var place = 8; place < 3000; place += 13)
        {
            var changed = bytes.ToArray();
            changed[place] ^= 0x15;
            File.WriteAllBytes(FilePath, changed);
            try
            {
                Model.Load(FilePath);
            }
            catch (InvalidDataException)
            {
                // Refused, or another legal file: nothing else may come of it.
            }
        }
    }

    [Theory]
    [InlineData("dense1.weight", double.NaN, "not a finite number")]
    [InlineData("batchNorm1.movingMean", double.PositiveInfinity, "not a finite number")]
    [InlineData("batchNorm1.populationMean", double.NaN, "not a finite number")]
    [InlineData("batchNorm1.populationVariance", -1, "negative variance")]
    [InlineData("batchNorm1.updates", -1, "negative variance or count")]
    public void Values_that_no_training_leaves_are_refused(string name, double value, string reason)
    {
        var model = Trained();
        if (name.EndsWith("weight", StringComparison.Ordinal))
            model.State.Parameter(name)[1] = (float)value;
        else
            model.State.StatisticValues(model.Network["batchNorm1"], name.Split('.')[1])[^1] = value;
        model.Save(FilePath);
        var message = Assert.Throws<InvalidDataException>(() => Model.Load(FilePath)).Message;
        Assert.Contains(name, message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Contains(FilePath, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_that_are_known_in_part_are_refused()
    {
        var model = Trained();
        model.State.StatisticValues(model.Network["batchNorm1"], "populationVariance").AsSpan().Fill(double.NaN);
        model.Save(FilePath);
        Assert.Contains("batchNorm1.populationVariance", Assert.Throws<InvalidDataException>(() => Model.Load(FilePath)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_population_statistics_come_back_unknown()
    {
        using var trainer = new Trainer(Toy.Network, new Sgd(0.3f), 1);
        trainer.Fit(new Toy(), 20, 3);
        trainer.ToModel().Save(FilePath);
        Assert.True(double.IsNaN(Model.Load(FilePath).State.Statistic("batchNorm1.populationMean")[0]));
    }

    [Fact]
    public void Preprocessing_that_does_not_fit_is_refused_with_the_file()
    {
        var model = Trained();
        SafeTensorFile.Write(FilePath, StateTensors.Of(model.State), new Dictionary<string, string>
        {
            ["batchwise.network"] = NetworkFormat.Write(model.Network),
            ["batchwise.preprocessing"] = "mean=1,2 scale=1,2 threshold=none",
        });
        var message = Assert.Throws<InvalidDataException>(() => Model.Load(FilePath)).Message;
        Assert.Contains(FilePath, message, StringComparison.Ordinal);
        Assert.Contains("there are 2 means", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Inputs_that_are_not_finite_are_refused_before_a_rectifier_hides_them(float value)
    {
        foreach (var preprocessing in new[] { Preprocessing.None, Preprocessing.Binary })
        {
            var model = new Model(NetworkState.Create(Network.Input(37).Dense(4).Relu().Dense(3), 1)) { Preprocessing = preprocessing };
            var input = new float[37];
            input[7] = value;
            Assert.Contains("not a finite number", Assert.Throws<ArgumentException>(() => model.Predict(input)).Message, StringComparison.Ordinal);
        }
        var plain = new Model(NetworkState.Create(Network.Input(37).Dense(4).Relu().Dense(3), 1));
        Assert.Contains("Example 0 holds", Assert.Throws<InvalidOperationException>(() => plain.Evaluate(new Toy(9, value))).Message, StringComparison.Ordinal);
        var binary = new Model(plain.State) { Preprocessing = Preprocessing.Binary };
        if (float.IsNaN(value))
            Assert.Contains("Example 0 holds", Assert.Throws<InvalidOperationException>(() => binary.Predict(new Toy(9, value))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Predictions_may_be_made_on_several_threads()
    {
        var model = Trained();
        var expected = model.Predict(new Toy());
        Parallel.For(0, 64, i =>
        {
            var input = new float[37];
            new Toy().CopyInput(i, input);
            Assert.Equal(expected.AsSpan(i * 3, 3).ToArray(), model.Predict(input));
        });
    }

    [Fact]
    public void Preprocessing_is_applied_to_what_is_predicted()
    {
        var model = new Model(NetworkState.Create(Network.Input(2).Dense(2), 1), OutputMeaning.Values);
        var binary = new Model(model.State, OutputMeaning.Values) { Preprocessing = Preprocessing.Binary };
        Assert.Equal(model.Predict([1f, 0f]), binary.Predict([0.9f, 0.2f]));
    }

    private static Model Trained()
    {
        using var trainer = new Trainer(Toy.Network, new Sgd(0.3f), 1);
        trainer.Fit(new Toy(), 20, 30);
        trainer.EstimatePopulation(new Toy(), 20);
        return new Model(trainer.State.Clone()) { ClassNames = ["a", "b", "c"], Preprocessing = new Preprocessing(0.1f, 2) };
    }
}
