using System.Globalization;

namespace Batchwise.Tests.Networks;

/// <summary>What cannot be is refused in one sentence that says what was wrong and what to do.</summary>
public class RefusalTests
{
    private static readonly Network Vector = Network.Input(4);
    private static readonly Network Map = Network.Input(5, 5, 2);

    public static TheoryData<string, string> Sentences
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (name, (_, sentence)) in Mistakes)
                data.Add(name, sentence);
            return data;
        }
    }

    private static readonly Dictionary<string, (Action Make, string Sentence)> Mistakes = new()
    {
        ["dense on a map"] = (() => Map.Dense(3), "A dense layer takes vectors, not samples of shape [5, 5, 2]: put Flatten() before it."),
        ["dense without outputs"] = (() => Vector.Dense(-1), "A dense layer gives at least one output, not -1."),
        ["dense too large"] = (() => Network.Input(100_000).Dense(100_000), "Shape [100000, 100000] has more than 2147483647 elements."),
        ["two inputs where one belongs"] = (() => Network.Join(new Tanh(), Vector, Vector), "A tanh layer takes one input, not 2."),
        ["no input where one belongs"] = (() => Network.Join(new Tanh()), "A tanh layer takes one input, not 0."),
        ["an input with an input"] = (() => Vector.Then(new Input(new Shape(4))), "An input layer takes no inputs."),
        ["sum of one"] = (() => Network.Join(new Sum(), Vector), "A sum takes two inputs or more, not 1."),
        ["sum of two shapes"] = (() => Network.Join(new Sum(), Vector, Vector.Dense(3)), "A sum's inputs have one shape; these have [4] and [3]."),
        ["sum of a map and its vector"] = (() => Network.Join(new Sum(), Map, Map.Flatten()), "A sum's inputs have one shape; these have [5, 5, 2] and [50]."),
        ["two trunks"] = (() => Network.Join(new Sum(), Network.Input(3), Network.Input(3)), "A network has one input; this one has 2. Let all branches grow from the same Network.Input."),
        ["input without extents"] = (() => Network.Input(), "A shape has one to eight extents, not 0."),
        ["input with an empty extent"] = (() => Network.Input(4, 0), "Extent 0 in [4, 0] is below 1: every extent of a shape is positive."),
        ["dropout of everything"] = (() => Vector.Dropout(1), "A dropout probability lies in [0, 1), 1 does not."),
        ["dropout of less than nothing"] = (() => Vector.Dropout(-0.5), "A dropout probability lies in [0, 1), -0.5 does not."),
        ["dropout of who knows"] = (() => Vector.Dropout(double.NaN), "A dropout probability lies in [0, 1), NaN does not."),
        ["leaky rectifier without leak"] = (() => Vector.LeakyRelu(0), "A leaky rectifier's slope is a positive number, not 0; for 0 use Relu."),
        ["leaky rectifier without bound"] = (() => Vector.LeakyRelu(double.PositiveInfinity), "A leaky rectifier's slope is a positive number, not Infinity; for 0 use Relu."),
        ["parametric rectifier without slope"] = (() => Vector.Prelu(double.NaN), "A rectifier's initial slope is a finite number, not NaN."),
        ["Gaussian without deviation"] = (() => Initializer.Gaussian(-0.25), "A Gaussian's deviation is a positive number, not -0.25."),
        ["He without slope"] = (() => Initializer.He(double.NaN), "A rectifier's slope is a finite number, not NaN."),
        ["epsilon of nothing"] = (
            () => Vector.Then(new BatchNormalization { Epsilon = 0 }),
            "Batch normalization's epsilon is a positive number, not 0: it keeps a constant channel from dividing by zero."),
        ["new batch of nothing"] = (
            () => Vector.Then(new BatchNormalization { NewBatchWeight = 0 }), "NewBatchWeight lies in (0, 1], 0 does not: 0.1 lets the new batch weigh 10 %."),
        ["new batch of too much"] = (
            () => Vector.Then(new BatchNormalization { NewBatchWeight = 1.5 }), "NewBatchWeight lies in (0, 1], 1.5 does not: 0.1 lets the new batch weigh 10 %."),
        ["weight normalization of zeros"] = (
            () => Vector.Dense(3, Initializer.Zeros).WithWeightNormalization(),
            "Weight normalization divides by the length of each output's weights, which is 0 where they start at zero: draw them at random, as Xavier or He do."),
        ["weight standardization of equals"] = (
            () => Vector.Dense(3, Initializer.Ones).WithWeightStandardization(where: _ => true),
            "Weight standardization makes zeros of weights that start alike, as constant(1) lets them: draw them at random, as Xavier or He do."),
        ["weight standardization of one"] = (
            () => Network.Input(1).Dense(3).WithWeightStandardization(where: _ => true),
            "Weight standardization takes the mean out of each output's weights, which leaves nothing of a single one: it needs two inputs or more."),
        ["weight standardization without epsilon"] = (
            () => Vector.Dense(3).WithWeightStandardization(new() { Epsilon = -0.5 }, _ => true),
            "Weight standardization's epsilon is a positive number, not -0.5: it keeps equal weights from dividing by zero."),
        ["reparameterization of nothing"] = (
            () => Vector.Relu().WithWeightNormalization(), "The network has no dense layer whose weight could be reparameterized."),
        ["standardization of the output alone"] = (
            () => Vector.Dense(3).WithWeightStandardization(), "No dense layer was chosen to be reparameterized; the network has dense1."),
        ["reparameterization twice"] = (
            () => Vector.Dense(3).WithWeightNormalization().WithWeightNormalization(), "'dense1' is reparameterized already: choose other layers by where."),
    };

    [Theory]
    [MemberData(nameof(Sentences))]
    public void One_sentence_says_what_was_wrong(string mistake, string sentence)
    {
        Assert.Equal(sentence, Sentence(Assert.ThrowsAny<ArgumentException>(Mistakes[mistake].Make)));

        // Nor does the sentence depend on where in the world it is read.
        var culture = CultureInfo.CurrentCulture;
        var elsewhere = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (elsewhere.NumberFormat.NumberDecimalSeparator, elsewhere.NumberFormat.NegativeSign, elsewhere.NumberFormat.NaNSymbol) = (",", "~", "?");
        try
        {
            CultureInfo.CurrentCulture = elsewhere;
            Assert.Equal(sentence, Sentence(Assert.ThrowsAny<ArgumentException>(Mistakes[mistake].Make)));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    // The runtime appends the parameter's name.
    private static string Sentence(ArgumentException error) => error.ParamName is null
        ? error.Message
        : error.Message.Replace($" (Parameter '{error.ParamName}')", "", StringComparison.Ordinal);
}
