using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Training;

public class PredictorTests
{
    // Large enough to be worth several threads.
    private static readonly Network Network = Residual();

    private static readonly int Size = Network.InputShape.Size;

    private static Model Model => new(RandomState.Of(Network))
    {
        Preprocessing = new(Mean: 0.3f, Scale: 1.7f),
        ClassNames = ["a", "b", "c", "d"],
    };

    public static TheoryData<string> Named => ["bn-inception", "inception-small", "resnet-20", "mnist-mlp"];

    [Theory]
    [MemberData(nameof(Named))]
    public void Predicts_what_the_model_does(string name)
    {
        var network = name == "bn-inception" ? BnInception.Create(size: 64) : NamedNetworks.Create(name);
        var model = new Model(RandomState.Of(network));
        using var predictor = new Predictor(model, new PredictorOptions { Capacity = 3, Threads = 2 });
        var inputs = PlanCheck.Random(4 * network.InputShape.Size, 1);
        var expected = new List<float>();
        for (var i = 0; i < 4; i++)
            expected.AddRange(model.Predict(inputs.AsSpan(i * network.InputShape.Size, network.InputShape.Size)));
        var actual = predictor.Predict(inputs);
        Assert.Equal(expected.Count, actual.Length);
        Assert.All(actual.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
    }

    [Fact]
    public void The_shapes_and_names_are_the_model_s()
    {
        using var predictor = new Predictor(Model);
        Assert.Equal(Network.InputShape, predictor.InputShape);
        Assert.Equal(Network.OutputShape, predictor.OutputShape);
        Assert.Equal(["a", "b", "c", "d"], predictor.ClassNames);
        Assert.Equal(8, predictor.Capacity);
        Assert.True(predictor.PreparedBytes > 0);
    }

    [Fact]
    public void An_input_has_the_same_bits_in_any_batch_and_on_any_number_of_threads()
    {
        var inputs = PlanCheck.Random(11 * Size, 1);
        using var alone = new Predictor(Model, new PredictorOptions { Capacity = 4, Threads = 1 });
        using var together = new Predictor(Model, new PredictorOptions { Capacity = 4, Threads = 3 });
        var expected = Enumerable.Range(0, 11).SelectMany(i => alone.Predict(inputs.AsSpan(i * Size, Size))).ToArray();
        Assert.Equal(expected, together.Predict(inputs));
        Assert.Equal(expected, alone.Predict(inputs));
        Assert.Equal(expected[8..20], together.Predict(inputs.AsSpan(2 * Size, 3 * Size)));
    }

    [Fact]
    public void A_warm_call_allocates_nothing()
    {
        using var predictor = new Predictor(Model, new PredictorOptions { Capacity = 2, Threads = 1 });
        var (inputs, outputs) = (PlanCheck.Random(5 * Size, 1), new float[5 * 4]);
        for (var i = 0; i < 50; i++)
            predictor.Predict(inputs, outputs);
        Assert.Equal(0, Allocation.Least(() => predictor.Predict(inputs, outputs)));
    }

    [Fact]
    public void Many_threads_predict_at_once()
    {
        using var predictor = new Predictor(Model, new PredictorOptions { Capacity = 2, Threads = 2 });
        var inputs = PlanCheck.Random(32 * Size, 1);
        var expected = predictor.Predict(inputs);
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var first = i % 30;
            Assert.Equal(expected[(first * 4)..((first + 3) * 4)], predictor.Predict(inputs.AsSpan(first * Size, 3 * Size)));
        });
    }

    [Fact]
    public void Later_changes_of_the_model_are_not_seen()
    {
        var model = Model;
        using var predictor = new Predictor(model);
        var input = PlanCheck.Random(Size, 1);
        var before = predictor.Predict(input);
        foreach (var name in model.State.ParameterNames)
            model.State.Parameter(name).Clear();
        Assert.Equal(before, predictor.Predict(input));
        Assert.NotEqual(before, model.Predict(input));
    }

    [Fact]
    public void A_model_predicts_from_its_state_as_it_is()
    {
        var model = Model;
        var input = PlanCheck.Random(Size, 1);
        var before = model.Predict(input);
        model.State.Parameter("dense1.bias")[2] += 1;
        var after = model.Predict(input);
        Assert.True(after[2] > before[2]);
    }

    [Fact]
    public void A_prediction_within_an_evaluation_s_examples_does_not_wait_for_it()
    {
        var model = Model;
        var input = PlanCheck.Random(Size, 1);
        var expected = model.Predict(input);
        Assert.Equal(4 * 3, model.Predict(new Asking(3, model, input, expected)).Length);
    }

    [Fact]
    public async Task Inputs_that_arrive_together_are_answered_in_batches()
    {
        var clock = new ManualTime();
        using var predictor = new Predictor(Model,
            new PredictorOptions { Capacity = 4, BatchWindow = TimeSpan.FromSeconds(5), Clock = clock });
        var inputs = PlanCheck.Random(6 * Size, 1);
        var expected = predictor.Predict(inputs);
        var answers = Enumerable.Range(0, 6).Select(i => predictor.PredictAsync(inputs.AsMemory(i * Size, Size))).ToArray();
        // Four fill a batch; two wait until the window is over.
        for (var i = 0; i < 4; i++)
            Assert.Equal(expected[(4 * i)..(4 * i + 4)],
                await answers[i].WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        while (!answers[4].IsCompleted || !answers[5].IsCompleted)
        {
            clock.Pass(1);
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        Assert.Equal(expected[16..20], await answers[4]);
        Assert.Equal(expected[20..24], await answers[5]);
    }

    [Fact]
    public async Task An_input_that_is_given_up_is_not_answered()
    {
        var clock = new ManualTime();
        using var predictor = new Predictor(Model,
            new PredictorOptions { Capacity = 2, BatchWindow = TimeSpan.FromSeconds(5), Clock = clock });
        using var source = new CancellationTokenSource();
        var input = PlanCheck.Random(Size, 1);
        var given = predictor.PredictAsync(input, source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        var other = predictor.PredictAsync(input);
        while (!other.IsCompleted)
        {
            clock.Pass(1);
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        Assert.Equal(predictor.Predict(input), await other);
    }

    [Fact]
    public async Task What_waits_is_answered_before_the_end()
    {
        var predictor = new Predictor(Model, new PredictorOptions { Capacity = 2 });
        var input = PlanCheck.Random(Size, 1);
        var expected = predictor.Predict(input);
        var answers = Enumerable.Range(0, 20).Select(_ => predictor.PredictAsync(input)).ToArray();
        predictor.Dispose();
        predictor.Dispose();
        foreach (var answer in answers)
            Assert.Equal(expected, await answer);
        Assert.Throws<ObjectDisposedException>(() => predictor.Predict(input));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => predictor.PredictAsync(input));
    }

    [Fact]
    public async Task Refusals_name_the_numbers()
    {
        using var predictor = new Predictor(Model);
        var input = new float[Size];
        Assert.StartsWith("The network takes inputs of shape [12, 11, 8], 1056 values each; 1055 were given.",
            Assert.Throws<ArgumentException>(() => predictor.Predict(input.AsSpan(1))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => predictor.Predict([]));
        Assert.StartsWith("1 predictions are 4 values, and there is room for 3.",
            Assert.Throws<ArgumentException>(() => predictor.Predict(input, new float[3])).Message, StringComparison.Ordinal);
        Assert.StartsWith("The outputs overlap the inputs", Assert.Throws<ArgumentException>(() => predictor.Predict(input, input.AsSpan(2, 4))).Message, StringComparison.Ordinal);
        var two = new float[2 * Size];
        Assert.StartsWith("One input of shape [12, 11, 8] has 1056 values; 2112 were given.",
            (await Assert.ThrowsAsync<ArgumentException>(() => predictor.PredictAsync(two))).Message, StringComparison.Ordinal);
        input[7] = float.NaN;
        Assert.Throws<ArgumentException>(() => predictor.Predict(input));
        await Assert.ThrowsAsync<ArgumentException>(() => predictor.PredictAsync(input));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PredictorOptions { Capacity = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PredictorOptions { Threads = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PredictorOptions { BatchWindow = TimeSpan.FromSeconds(-1) });
        Assert.Throws<InvalidOperationException>(() => new Predictor(new Model(RandomState.Of(Network, population: false)), new PredictorOptions { Statistics = StatisticsSource.Population }));
    }

    private static Network Residual()
    {
        var trunk = Batchwise.Network.Input(12, 11, 8).Convolution(16, 3, bias: false).BatchNormalization().Relu();
        return Batchwise.Network.Join(new Sum(), trunk, trunk.Convolution(16, 3, bias: false).BatchNormalization()).Relu()
            .GlobalAveragePool().Dense(4);
    }

    private sealed class Asking(int count, Model model, float[] input, float[] expected) : IExamples
    {
        public Shape Shape => Network.InputShape;

        public int Count => count;

        public int Classes => 4;

        public int Label(int index) => 0;

        public void CopyInput(int index, Span<float> target)
        {
            Assert.Equal(expected, model.Predict(input));
            input.CopyTo(target);
        }
    }
}
