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
        ["dense too large"] = (() => Network.Input(100_000).Dense(100_000), "Shape [100000, 100000] has more than 1073741824 elements."),
        ["convolution with an enormous stride"] = (
            () => Map.Convolution(1, 1, stride: int.MaxValue),
            "The convolution layer's window has sizes, strides and dilations of at most 16777216, not 1x1/2147483647x2147483647 dilation 1x1 padding same."),
        ["convolution with enormous padding"] = (
            () => Map.Convolution(1, 1, padding: new Padding(int.MaxValue, int.MaxValue, 0, 0)),
            "The convolution layer's windows reach over 4294967299 rows, padding included, of which there may be 16777216: take less padding, a smaller window or a smaller stride."),
        ["convolution that grows an enormous map"] = (
            () => Network.Input(1, 1, 1).Convolution(1, 1, padding: Padding.All(20_000)),
            "The convolution layer's map of 40001 x 40001 x 1 values, its padding included, is too large: it may have 1073741824. Take less padding or a smaller window."),
        ["convolution with an enormous weight"] = (
            () => Network.Input(1, 1, 20_000).Convolution(60_000, 1),
            "Shape [1, 1, 20000, 60000] has more than 1073741824 elements."),
        ["convolution of too much work"] = (
            () => Network.Input(20_000, 20_000, 1).Convolution(1, 500),
            "A convolution of 20000x20000x1 -> 20000x20000x1, 500x500/1 takes 100000000000000 multiply-adds for one sample, of which there may be 70368744177664: take a smaller kernel or a larger stride."),
        ["pool with an enormous window"] = (
            () => Map.MaxPool(1 << 25, 1, Padding.Same),
            "The maxPool layer's window has sizes, strides and dilations of at most 16777216, not 33554432x33554432/1x1 dilation 1x1 padding same."),
        ["pool with an enormous stride"] = (
            () => Map.Then(new AveragePool(new Window(2, 2) { StrideX = (1 << 24) + 1 })),
            "The averagePool layer's window has sizes, strides and dilations of at most 16777216, not 2x2/1x16777217 dilation 1x1 padding 0,0,0,0."),
        ["concatenation past the limit"] = (
            () => Network.Join(new Concatenation(), [.. Enumerable.Repeat(Network.Input(1 << 24), 257)]),
            "A concatenation of 257 inputs has 4311744512 channels, of which there may be 1073741824."),
        ["local response of more channels than there are"] = (
            () => Map.Then(new LocalResponseNormalization { Size = int.MaxValue }),
            "The window of local response normalization has 2147483647 channels, more than it can need: of 2 channels take at most 1023."),
        ["whitening of too many groups"] = (
            () => Network.Input(1 << 17).Then(new IterativeNormalization { GroupSize = 1, Iterations = 30 }),
            "A whitening of 131072 channels in groups of 1 keeps 2046951424 values of their matrices, of which there may be 1073741824: take larger groups or fewer channels."),
        ["a flattened dense product past the limit"] = (
            () => Network.Input(1024, 1024, 2).Flatten().Dense(1024), "Shape [2097152, 1024] has more than 1073741824 elements."),
        ["two inputs where one belongs"] = (() => Network.Join(new Tanh(), Vector, Vector), "A tanh layer takes one input, not 2."),
        ["no input where one belongs"] = (() => Network.Join(new Tanh()), "A tanh layer takes one input, not 0."),
        ["an input with an input"] = (() => Vector.Then(new Input(new Shape(4))), "An input layer takes no inputs."),
        ["convolution of a vector"] = (() => Vector.Convolution(3, 3), "A convolution layer takes maps of height x width x channels, not samples of shape [4]."),
        ["convolution without outputs"] = (() => Map.Convolution(0, 3), "A convolution gives at least one channel, not 0."),
        ["convolution in groups that do not divide"] = (
            () => Map.Convolution(3, 3, groups: 2), "A convolution's groups divide its channels and its outputs: 2 does not divide 2 and 3."),
        ["convolution with a kernel that does not fit"] = (
            () => Map.Convolution(3, 7, padding: Padding.None),
            "The convolution layer's window spans 7 rows, more than the map's 5 and its padding of 0 and 0: take a smaller window or more padding."),
        ["convolution without a stride"] = (
            () => Map.Convolution(3, 3, stride: 0),
            "The convolution layer's window has sizes, strides and dilations of 1 or more, not 3x3/0x0 dilation 1x1 padding same."),
        ["convolution with negative padding"] = (
            () => Map.Convolution(3, 3, padding: new Padding(-1, 0, 0, 0)), "The convolution layer's padding is not negative, as -1,0,0,0 is."),
        ["pool of padding alone"] = (
            () => Map.MaxPool(2, 2, Padding.All(2)),
            "The maxPool layer's padding is smaller than its window, which would else see nothing; 2x2/2x2 dilation 1x1 padding 2,2,2,2 is not."),
        ["dilated pool"] = (
            () => Map.Then(new AveragePool(new Window(2, 2) { DilationY = 2 })),
            "The averagePool layer's window has no dilation, as 2x2/1x1 dilation 2x1 padding 0,0,0,0 has."),
        ["concatenation of one"] = (() => Network.Join(new Concatenation(), Map), "A concatenation takes two inputs or more, not 1."),
        ["concatenation of two sizes"] = (
            () => Network.Join(new Concatenation(), Map, Map.MaxPool(2, 2)),
            "A concatenation's inputs are alike but for their channels; these have shapes [5, 5, 2] and [2, 2, 2]."),
        ["local response of an even window"] = (
            () => Map.Then(new LocalResponseNormalization { Size = 4 }), "The window of local response normalization has an odd number of channels, not 4."),
        ["local response about nothing"] = (
            () => Map.Then(new LocalResponseNormalization { Offset = 0 }),
            "Local response normalization takes a positive offset, an alpha of 0 or more and a finite beta, not 0, 0.0001 and 0.75."),
        ["sum of one"] = (() => Network.Join(new Sum(), Vector), "A sum takes two inputs or more, not 1."),
        ["sum of two shapes"] = (() => Network.Join(new Sum(), Vector, Vector.Dense(3)), "A sum's inputs have one shape; these have [4] and [3]."),
        ["sum of a map and its vector"] = (() => Network.Join(new Sum(), Map, Map.Flatten()), "A sum's inputs have one shape; these have [5, 5, 2] and [50]."),
        ["two trunks"] = (() => Network.Join(new Sum(), Network.Input(3), Network.Input(3)), "A network has one input; this one has 2. Let all branches grow from the same Network.Input."),
        ["input without extents"] = (() => Network.Input(), "A shape has one to eight extents, not 0."),
        ["input with an empty extent"] = (() => Network.Input(4, 0), "Extent 0 in [4, 0] is below 1: every extent of a shape is positive."),
        ["dropout of everything"] = (() => Vector.Dropout(1), "A dropout probability lies in [0, 1), 1 does not."),
        ["dropout of less than nothing"] = (() => Vector.Dropout(-0.5), "A dropout probability lies in [0, 1), -0.5 does not."),
        ["dropout of who knows"] = (() => Vector.Dropout(double.NaN), "A dropout probability lies in [0, 1), NaN does not."),
        ["leaky rectifier without leak"] = (() =>
            Vector.LeakyRelu(0), "A leaky rectifier's slope is a positive float32 number, not 0; for 0 use Relu."),
        ["leaky rectifier without bound"] = (() => Vector.LeakyRelu(double.PositiveInfinity), "A leaky rectifier's slope is a positive float32 number, not Infinity; for 0 use Relu."),
        ["exponential unit without alpha"] = (() =>
            Vector.Elu(0), "An exponential linear unit's alpha is a positive float32 number, not 0; for 0 use Relu."),
        ["exponential unit without bound"] = (() =>
            Vector.Elu(double.NaN), "An exponential linear unit's alpha is a positive float32 number, not NaN; for 0 use Relu."),
        ["exponential unit beyond float32"] =
            (() => Vector.Elu(1e300),
            "An exponential linear unit's alpha is a positive float32 number, not 1E+300; for 0 use Relu."),
        ["leaky rectifier beyond float32"] = (() =>
            Vector.LeakyRelu(1e39), "A leaky rectifier's slope is a positive float32 number, not 1E+39; for 0 use Relu."),
        ["hard sigmoid beyond float32"] = (() =>
            Vector.HardSigmoid(-1e39), "A hard sigmoid's alpha is a finite float32 number, not -1E+39."),
        ["parametric rectifier beyond float32"] =
            (() => Vector.Prelu(1e39), "A rectifier's initial slope is a finite float32 number, not 1E+39."),
        ["hard sigmoid without slope"] = (() =>
            Vector.HardSigmoid(double.NaN), "A hard sigmoid's alpha is a finite float32 number, not NaN."),
        ["hard sigmoid without bound"] = (() =>
            Vector.HardSigmoid(0.2, double.PositiveInfinity), "A hard sigmoid's beta is a finite float32 number, not Infinity."),
        ["clip upside down"] = (() => Vector.Clip(1, -0.5), "A clip's minimum is at most its maximum, and either may be infinite to its own side; 1 and -0.5 are not so."),
        ["clip to who knows"] = (() => Vector.Clip(0, double.NaN), "A clip's minimum is at most its maximum, and either may be infinite to its own side; 0 and NaN are not so."),
        ["clip to infinity"] = (
            () => Vector.Clip(double.PositiveInfinity, double.PositiveInfinity),
            "A clip's minimum is at most its maximum, and either may be infinite to its own side; Infinity and Infinity are not so."),
        ["global maximum of a vector"] = (() => Vector.GlobalMaxPool(), "A globalMaxPool layer takes maps of height x width x channels, not samples of shape [4]."),
        ["parametric rectifier without slope"] =
            (() => Vector.Prelu(double.NaN), "A rectifier's initial slope is a finite float32 number, not NaN."),
        ["Gaussian without deviation"] = (() => Initializer.Gaussian(-0.25), "A Gaussian's deviation is a positive number, not -0.25."),
        ["He without slope"] = (() => Initializer.He(double.NaN), "A rectifier's slope is a finite number, not NaN."),
        ["epsilon of nothing"] = (
            () => Vector.Then(new BatchNormalization { Epsilon = 0 }),
            "The epsilon of a layer 'batchNorm' is a positive number, not 0: it keeps channels or directions without variance from dividing by zero."),
        ["renormalization that shrinks"] = (
            () => Vector.Then(new BatchRenormalization { RMax = 0.5 }), "RMax is a finite number from 1 on, 0.5 is not: 1 leaves the batch's deviation as it is."),
        ["renormalization that shifts backwards"] = (
            () => Vector.Then(new BatchRenormalization { DMax = -1 }), "DMax is a finite number from 0 on, -1 is not: 0 leaves the batch's mean as it is."),
        ["renormalization that is there before it begins"] = (
            () => Vector.Then(new BatchRenormalization { WarmUp = 50, RMaxAt = 40, DMaxAt = 60 }),
            "The warm-up of 50 batches ends before rMax and dMax are reached, but RMaxAt is 40 and DMaxAt 60."),
        ["ghost batches of one vector"] = (
            () => Vector.Then(new GhostBatchNormalization { GhostSize = 1 }),
            "A ghost batch of samples of shape [4] has at least 2, not 1: a single value normalized by itself leaves nothing of it."),
        ["ghost batches of no map"] = (
            () => Map.Then(new GhostBatchNormalization { GhostSize = 0 }),
            "A ghost batch of samples of shape [5, 5, 2] has at least 1, not 0: a single value normalized by itself leaves nothing of it."),
        ["noise of less than none"] = (
            () => Vector.Then(new ActivationNoise { LargestScale = 0.5 }), "LargestScale is a finite number from 1 on, 0.5 is not: with 1 that part of the noise is none."),
        ["noise without bound"] = (
            () => Vector.Then(new ActivationNoise { MeanSpread = double.PositiveInfinity }), "MeanSpread is a finite number from 0 on, Infinity is not: with 0 that part of the noise is none."),
        ["a normalization that changes the shape"] = (
            () => Network.Input(2, 3).Sigmoid().WithNormalization(new Flatten()),
            "A flatten layer would turn the input of 'sigmoid1', [2, 3], into [6]: a normalization keeps the shape."),
        ["whitening of large groups"] = (
            () => Vector.Then(new ZcaWhitening { GroupSize = 17 }), "A whitening's GroupSize is 1 to 16, not 17: larger groups need larger batches than are usual."),
        ["whitening without epsilon"] = (
            () => Vector.Then(new ZcaWhitening { Epsilon = 0 }),
            "The epsilon of a layer 'zcaWhitening' is a positive number, not 0: it keeps channels or directions without variance from dividing by zero."),
        ["whitening without a new batch"] = (
            () => Vector.Then(new IterativeNormalization { NewBatchWeight = 0 }), "NewBatchWeight lies in (0, 1], 0 does not: 0.1 lets the new batch weigh 10 %."),
        ["iterative normalization without iterations"] = (
            () => Vector.Then(new IterativeNormalization { Iterations = 0 }),
            "Iterative normalization takes 1 to 30 iterations, not 0: 5 is usual, and more approach ZcaWhitening."),
        ["epsilon of less than nothing"] = (
            () => Vector.Then(new LayerNormalization { Epsilon = -1 }),
            "Layer normalization's epsilon is a positive number, not -1: it keeps a constant group from dividing by zero."),
        ["no groups"] = (() => Vector.Then(new GroupNormalization(0)), "Group normalization has at least one group, not 0."),
        ["groups that do not divide"] = (
            () => Vector.Then(new GroupNormalization(3)), "Group normalization cannot cut 4 channels into 3 equal groups: choose a number that divides them."),
        ["groups of one"] = (
            () => Vector.Then(new GroupNormalization(4)),
            "Group normalization would normalize each value of a sample of shape [4] by itself, which leaves nothing of it: give it groups of two values or more."),
        ["instances of vectors"] = (
            () => Vector.Then(new InstanceNormalization()), "Instance normalization takes maps, not samples of shape [4]: for vectors use LayerNormalization."),
        ["a layer of one"] = (
            () => Network.Input(1).Then(new LayerNormalization()),
            "Layer normalization would normalize each value of a sample of shape [1] by itself, which leaves nothing of it: give it groups of two values or more."),
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
            () => Vector.Relu().WithWeightNormalization(), "The network has no dense layer or convolution whose weight could be reparameterized."),
        ["standardization of the output alone"] = (
            () => Vector.Dense(3).WithWeightStandardization(), "No layer was chosen to be reparameterized; the network has dense1."),
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
