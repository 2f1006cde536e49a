namespace Batchwise.Tests;

public class GeneratedShapesTests
{
    private const int Size = 32 * 32 * 3;

    private static readonly Lazy<(Dataset Train, Dataset Test)> Some = new(() => GeneratedShapes.Load(1, 1000, 200));

    [Fact]
    public void They_say_what_they_are()
    {
        var (train, test) = Some.Value;
        Assert.Equal(("generated shapes", "Textured shapes generated with seed 1."), (train.Name, train.Source));
        Assert.Equal((1000, 200, new Shape(32, 32, 3), 10), (train.Count, test.Count, test.Shape, test.Classes));
        Assert.Equal(["disc", "ring", "square", "frame", "triangle", "star", "cross", "crescent", "bars", "checker"], GeneratedShapes.ClassNames);
    }

    [Fact]
    public void One_thread_and_two_draw_the_same_bytes()
    {
        var (train, test) = GeneratedShapes.Load(3, 200, 60, threads: 1);
        var (again, testAgain) = GeneratedShapes.Load(3, 200, 60, threads: 2);
        Assert.Equal((train.Sha256, train.LabelsSha256, test.Sha256), (again.Sha256, again.LabelsSha256, testAgain.Sha256));
        Assert.NotEqual(train.Sha256, GeneratedShapes.Load(4, 200, 60).Train.Sha256);
    }

    [Fact]
    public void The_first_hundred_are_what_they_were_on_every_platform()
    {
        var (train, test) = GeneratedShapes.Load(1, 100, 100);
        Assert.Equal("35800ac0e9bde795e37bf97eee7d5e5446ac988637bf82a16994a2a33f6773e8", train.Sha256);
        Assert.Equal("3f0c5b2e9831fdbb0ab795c5d6db12cecdcbc3f586f4d2e21c227fc1b28e23d1", train.LabelsSha256);
        Assert.Equal("c75bfccafa9c430ac368547f547184890275ec70a8fb1b56341946b5604833bd", test.Sha256);
    }

    [Fact]
    public void Ten_successive_ones_are_all_ten_classes_in_changing_order()
    {
        var labels = Enumerable.Range(0, 1000).Select(Some.Value.Train.Label).Chunk(10).ToList();
        Assert.All(labels, ten => Assert.Equal(Enumerable.Range(0, 10), ten.Order()));
        Assert.Equal(100, labels.Select(ten => string.Concat(ten)).Distinct().Count());
    }

    [Fact]
    public void Colour_does_not_tell_the_class()
    {
        // Each class's mean colour over a hundred images: deviations of the images' means are about 0.2, of these so 0.02.
        var (train, _) = Some.Value;
        var input = new float[Size];
        var means = new double[10, 3];
        for (var i = 0; i < train.Count; i++)
        {
            train.CopyInput(i, input);
            for (var at = 0; at < Size; at++)
                means[train.Label(i), at % 3] += input[at] / (1024 * 100);
        }
        Assert.All(means.Cast<double>(), mean => Assert.InRange(mean, 0.4, 0.6));
    }

    [Fact]
    public void The_nearest_mean_image_tells_few_of_them()
    {
        var (train, test) = Some.Value;
        var means = new double[10][];
        for (var label = 0; label < 10; label++)
            means[label] = new double[Size];
        var input = new float[Size];
        for (var i = 0; i < train.Count; i++)
        {
            train.CopyInput(i, input);
            for (var at = 0; at < Size; at++)
                means[train.Label(i)][at] += input[at] / 100;
        }
        var right = Enumerable.Range(0, test.Count).Count(i =>
        {
            test.CopyInput(i, input);
            return Enumerable.Range(0, 10).MinBy(label => means[label].Zip(input, (mean, value) => (mean - value) * (mean - value)).Sum()) == test.Label(i);
        });
        Assert.InRange(right, 0, 60);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(10, 0)]
    [InlineData(500_001, 10)]
    public void A_number_that_makes_no_sense_is_refused(int train, int test) =>
        Assert.Contains("shapes cannot be generated: ask for 1 to 500000", Assert.Throws<ArgumentOutOfRangeException>(() => GeneratedShapes.Load(1, train, test)).Message, StringComparison.Ordinal);
}
