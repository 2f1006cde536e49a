namespace Batchwise.Tests;

public class GeneratedDigitsTests
{
    private const int Train = 2000, Test = 500;

    private static readonly Lazy<(Dataset Train, Dataset Test)> Some = new(() => GeneratedDigits.Load(1, Train, Test));

    private static readonly int[] Border = [.. Enumerable.Range(0, 784).Where(at => at % 28 is 0 or 27 || at / 28 is 0 or 27)];

    [Fact]
    public void They_say_that_they_are_not_MNIST()
    {
        var (train, test) = Some.Value;
        Assert.Equal(("generated digits", "generated digits"), (train.Name, test.Name));
        Assert.Equal("Handwriting-like digits generated from strokes with seed 1; not MNIST.", train.Source);
        Assert.Equal((Train, Test, new Shape(28, 28, 1), 10), (train.Count, test.Count, train.Shape, train.Classes));
    }

    [Fact]
    public void One_thread_and_two_draw_the_same_bytes()
    {
        var (train, test) = GeneratedDigits.Load(3, 500, 120, threads: 1);
        var (again, testAgain) = GeneratedDigits.Load(3, 500, 120, threads: 2);
        Assert.Equal((train.Sha256, train.LabelsSha256, test.Sha256), (again.Sha256, again.LabelsSha256, testAgain.Sha256));
    }

    [Fact]
    public void The_first_hundred_are_what_they_were_on_every_platform_and_in_earlier_versions()
    {
        var (train, test) = GeneratedDigits.Load(1, 100, 100);
        Assert.Equal("0ce04f66821dc764627012009f8f4143b71486c698c4cd1f03ec83219d1f5489", train.Sha256);
        Assert.Equal("d81177133b0785fedd46cfe7671b62842fdb275f5ecbc8bfb3f793f26b555ca0", train.LabelsSha256);
        Assert.Equal("561b475530232a0f39c6f04a9b30c31c48a5931ef03057d4eb6825c8a5c7daa1", test.Sha256);
    }

    [Fact]
    public void Fewer_are_the_first_of_more()
    {
        var (train, test) = GeneratedDigits.Load(1, 33, 7);
        for (var i = 0; i < train.Count; i++)
        {
            Assert.Equal(Some.Value.Train.Label(i), train.Label(i));
            Assert.Equal(Pixels(Some.Value.Train, i), Pixels(train, i));
        }
        Assert.Equal(Pixels(Some.Value.Test, 6), Pixels(test, 6));
    }

    [Fact]
    public void No_two_images_are_the_same_in_training_and_test_and_under_another_seed()
    {
        var other = GeneratedDigits.Load(2, 500, 1).Train;
        var images = new[] { Some.Value.Train, Some.Value.Test, other }.SelectMany(data => Enumerable.Range(0, data.Count).Select(i => Convert.ToHexString(Pixels(data, i)))).ToList();
        Assert.Equal(Train + Test + 500, images.Distinct().Count());
    }

    [Fact]
    public void Ten_successive_ones_are_all_ten_classes_in_changing_order()
    {
        var labels = Enumerable.Range(0, Train).Select(Some.Value.Train.Label).Chunk(10).ToList();
        Assert.All(labels, ten => Assert.Equal(Enumerable.Range(0, 10), ten.Order()));
        Assert.Equal(Train / 10, labels.Select(ten => string.Concat(ten)).Distinct().Count());
        Assert.NotEqual(labels[0], Enumerable.Range(0, 10).Select(Some.Value.Test.Label));
    }

    [Fact]
    public void Their_ink_is_MNISTs()
    {
        // MNIST's mean is 0.1307, its deviation 0.3081.
        var values = Enumerable.Range(0, Train).SelectMany(i => Pixels(Some.Value.Train, i)).Select(pixel => pixel / 255.0).ToList();
        var mean = values.Average();
        Assert.InRange(mean, 0.126, 0.136);
        Assert.InRange(Math.Sqrt(values.Average(value => value * value) - mean * mean), 0.28, 0.32);
    }

    [Fact]
    public void Every_one_is_in_full_ink_somewhere_and_lies_well_inside_the_image()
    {
        for (var i = 0; i < Train; i++)
        {
            var pixels = Pixels(Some.Value.Train, i);
            Assert.True(pixels.Max() > 150, $"Digit {i} is pale.");
            Assert.InRange(pixels.Count(pixel => pixel > 0), 30, 400);
            var border = Border.Max(at => pixels[at]);
            Assert.True(border < 128, $"Digit {i} touches the border with {border}.");
        }
    }

    [Fact]
    public void The_nearest_mean_image_tells_most_of_them_but_far_from_all()
    {
        // On MNIST this simplest of all classifiers gets 82 % right.
        var (train, test) = Some.Value;
        var means = new double[10][];
        for (var digit = 0; digit < 10; digit++)
        {
            var own = Enumerable.Range(0, train.Count).Where(i => train.Label(i) == digit).Select(i => Pixels(train, i)).ToList();
            means[digit] = [.. Enumerable.Range(0, 784).Select(at => own.Average(pixels => (double)pixels[at]))];
        }
        var right = Enumerable.Range(0, test.Count).Count(i => Nearest(means, Pixels(test, i)) == test.Label(i));
        Assert.InRange(right, 0.70 * Test, 0.88 * Test);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(10, 0)]
    [InlineData(int.MaxValue, 10)]
    public void A_number_that_makes_no_sense_is_refused(int train, int test) =>
        Assert.Contains("ask for 1 to 2000000", Assert.Throws<ArgumentOutOfRangeException>(() => GeneratedDigits.Load(1, train, test)).Message, StringComparison.Ordinal);

    private static int Nearest(double[][] means, byte[] pixels) => Enumerable.Range(0, 10).MinBy(digit =>
    {
        var distance = 0.0;
        for (var at = 0; at < 784; at++)
            distance += (means[digit][at] - pixels[at]) * (means[digit][at] - pixels[at]);
        return distance;
    });

    private static byte[] Pixels(Dataset data, int index)
    {
        var input = new float[784];
        data.CopyInput(index, input);
        return Array.ConvertAll(input, value => (byte)MathF.Round(value * 255));
    }
}
