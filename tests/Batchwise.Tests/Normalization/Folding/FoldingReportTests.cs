using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Normalization;

/// <summary>What a model says about its folding.</summary>
public class FoldingReportTests
{
    private static readonly Network Mixed = Network.Input(6, 6, 3).Convolution(4, 3, bias: false).BatchNormalization().Relu()
        .BatchNormalization().Convolution(5, 3).BatchNormalization().Relu().GlobalAveragePool().Dense(3);

    [Fact]
    public void It_names_what_went_where_what_stayed_and_what_is_gone()
    {
        var (folded, report) = new Model(RandomState.Of(Mixed)).FoldAndReport();
        Assert.Equal(["batchNorm1", "batchNorm2", "batchNorm3"], report.Normalizations.Select(one => one.Layer));
        Assert.Equal([true, false, true], report.Normalizations.Select(one => one.IsFolded));
        Assert.Equal(["convolution1", "", "convolution2"], report.Normalizations.Select(one => string.Join(' ', one.Into)));
        Assert.Equal(["batchNorm1", "batchNorm3"], report.Removed);
        Assert.IsType<ChannelAffine>(folded.Network["batchNorm2"].Layer);
        var lines = report.ToString().Split('\n');
        Assert.Equal(6, lines.Length);
        Assert.Matches("^batchNorm1 +convolution1 +an affine map behind a convolution or dense layer$", lines[1]);
        Assert.Matches("^batchNorm2 +- +before it, 'relu1' .relu. is no layer that could take it; behind it, 'convolution2' pads with zeros behind the normalization, whose shift is not zero$", lines[2]);
        Assert.Equal("2 of 3 folded; layers removed: batchNorm1, batchNorm3.", lines[4]);
        Assert.Matches(@"^Outputs differ by at most \d\.\de-\d over 16 random inputs; the largest is \d+\.\d\d\.$", lines[5]);
    }

    [Fact]
    public void The_difference_is_that_of_the_outputs()
    {
        var examples = new Toy();
        var model = new Model(RandomState.Of(Network.Input(37).Dense(11).BatchNormalization().Relu().Dense(3)),
            OutputMeaning.Values);
        var (folded, report) = model.FoldAndReport(examples);
        var (before, after) = (model.Predict(examples), folded.Predict(examples));
        Assert.Equal(before.Zip(after, (one, other) => Math.Abs((double)other - one)).Max(), report.Difference!.Largest);
        Assert.Equal(before.Max(Math.Abs), report.Difference.LargestOutput);
        Assert.Equal(examples.Count, report.Difference.Samples);
        Assert.False(report.Difference.Generated);
        Assert.InRange(report.Difference.Largest, double.Epsilon, 1e-5 * report.Difference.LargestOutput);
        Assert.Equal(folded.State.Parameter("dense1.weight").ToArray(), model.Fold().State.Parameter("dense1.weight").ToArray());
    }

    [Fact]
    public void The_folded_model_keeps_what_it_is_for()
    {
        var model = new Model(RandomState.Of(Mixed)) { ClassNames = ["a", "b", "c"], Preprocessing = new(0.5f, 2) };
        var (folded, report) = model.FoldAndReport();
        Assert.Equal(model.ClassNames, folded.ClassNames);
        Assert.Equal(model.Preprocessing, folded.Preprocessing);
        Assert.InRange(report.Difference!.Largest, 0, 1e-4 * report.Difference.LargestOutput);
    }

    [Fact]
    public void Statistics_that_are_asked_for_are_compared_too()
    {
        var (_, report) = new Model(RandomState.Of(Mixed)).FoldAndReport(source: StatisticsSource.Moving);
        Assert.InRange(report.Difference!.Largest, 0, 1e-4 * report.Difference.LargestOutput);
    }

    [Fact]
    public void Examples_need_no_labels()
    {
        var (_, report) = new Model(RandomState.Of(Network.Input(37).Dense(4).BatchNormalization()))
            .FoldAndReport(new Unlabelled());
        Assert.Equal(2, report.Difference!.Samples);
    }

    [Fact]
    public void A_network_without_normalizations_has_an_empty_report()
    {
        var (_, report) = new Model(RandomState.Of(Network.Input(4).Dense(3))).FoldAndReport();
        Assert.Empty(report.Normalizations);
        Assert.Empty(report.Removed);
        Assert.Equal(0, report.Difference!.Largest);
        Assert.StartsWith("There was no normalization to fold.", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Examples_of_another_shape_are_refused() =>
        Assert.Throws<ArgumentException>(() => new Model(RandomState.Of(Mixed)).FoldAndReport(new Toy()));

    private sealed class Unlabelled : IExamples
    {
        public int Count => 2;

        public Shape Shape => new(37);

        public int Classes => 0;

        public void CopyInput(int index, Span<float> destination) => new Toy().CopyInput(index, destination);

        public int Label(int index) => throw new InvalidOperationException("There are no labels.");
    }
}
