using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Images;

public class AugmentationTests
{
    private const int Side = 6, Size = Side * Side * 3;

    // Every value its own: image i has the bytes 7 i + place, so that each can be found again.
    private static readonly Dataset Images = Dataset.FromBytes(
        [.. Enumerable.Range(0, 4 * Size).Select(i => (byte)(i % Size + 7 * (i / Size)))], [0, 1, 0, 1], new Shape(Side, Side, 3), 2);

    [Fact]
    public void Evaluation_sees_images_as_they_are()
    {
        var examples = new Augmentation { Mirror = true, Padding = 2, Photometric = Photometric.Full }.Apply(Images);
        var (plain, seen) = (new float[Size], new float[Size]);
        Images.CopyInput(1, plain);
        examples.CopyInput(1, seen);
        Assert.Equal(plain, seen);
        Assert.Equal((4, 2, Images.Shape, 1), (examples.Count, examples.Classes, examples.Shape, examples.Label(1)));
    }

    [Fact]
    public void Seed_step_and_example_alone_fix_what_is_drawn()
    {
        var examples = new Augmentation { Mirror = true, Padding = 2, Photometric = Photometric.Reduced }.Apply(Images);
        var once = Enumerable.Range(0, 50).Select(step => Training(examples, 2, 1, step)).ToList();
        var backwards = Enumerable.Range(0, 50).Reverse().Select(step => Training(examples, 2, 1, step)).Reverse().ToList();
        Assert.Equal(once, backwards);
        Assert.Equal(50, once.Select(image => string.Join(',', image)).Distinct().Count());
        Assert.NotEqual(once[0], Training(examples, 2, 2, 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_crop_is_one_of_the_padded_image_and_a_mirror_its_reverse(bool reflect)
    {
        var examples = new Augmentation { Mirror = true, Padding = 2, Reflect = reflect }.Apply(Images);
        var expected = new HashSet<string>();
        foreach (var mirror in (bool[])[false, true])
            for (var down = -2; down <= 2; down++)
                for (var across = -2; across <= 2; across++)
                    expected.Add(string.Join(',', Crop(0, down, across, mirror, reflect)));
        Assert.Equal(50, expected.Count);
        var seen = Enumerable.Range(0, 1000).Select(step => string.Join(',', Training(examples, 0, 1, step))).ToHashSet();
        // 1,000 draws of 50: that one is missed has a chance of 50 times 0.98^1000, one in ten million.
        Assert.Equal(expected.Order(), seen.Order());
    }

    [Fact]
    public void Light_stays_within_its_strengths()
    {
        float[] grey = [.. Enumerable.Repeat(0.5f, 12)];
        for (var i = 0UL; i < 200; i++)
        {
            var image = (float[])grey.Clone();
            var random = new Philox(1, RandomPurpose.Augmentation, i);
            new Photometric(0.2f, 0.5f, 0.5f).Apply(image, 3, ref random);
            // A grey image has no contrast and no saturation: brightness alone changes it.
            Assert.All(image, value => Assert.Equal(image[0], value, 1e-6f));
            Assert.InRange(image[0], 0.4f, 0.6f);
        }
    }

    [Fact]
    public void Brightness_contrast_and_saturation_do_what_they_say()
    {
        // Factors as Apply draws them, in this order.
        var random = new Philox(3, RandomPurpose.Augmentation, 0);
        float Factor(float strength) => 1 + strength * (2 * random.NextSingle() - 1);
        var (b, c, s) = (Factor(0.1f), Factor(0.2f), Factor(0.3f));
        float[] image = [0.2f, 0.4f, 0.3f, 0.5f, 0.3f, 0.6f];
        double Grey(double[] p) => 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2];
        var pixels = image.Chunk(3).Select(pixel => pixel.Select(value => (double)value * b).ToArray()).ToArray();
        var mean = pixels.Average(Grey);
        pixels = [.. pixels.Select(pixel => pixel.Select(value => mean + c * (value - mean)).ToArray())];
        pixels = [.. pixels.Select(pixel => pixel.Select(value => Grey(pixel) + s * (value - Grey(pixel))).ToArray())];
        random = new Philox(3, RandomPurpose.Augmentation, 0);
        new Photometric(0.1f, 0.2f, 0.3f).Apply(image, 3, ref random);
        Assert.All(pixels.SelectMany(pixel => pixel).Zip(image), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Fact]
    public void A_resumed_run_repeats_what_was_drawn_and_threads_do_not_matter()
    {
        using var folder = new DataFolder();
        var network = Network.Input(Side, Side, 3).Flatten().Dense(2);
        var examples = Preprocessing.Standardizing(Images).Prepare((Augmentation.Standard with { Padding = 2, Photometric = Photometric.Full }).Apply(Images));
        using var straight = new Trainer(network, new Sgd(0.1f), threads: 1);
        straight.Fit(examples, 2, 10);
        using var first = new Trainer(network, new Sgd(0.1f), threads: 2);
        first.Fit(examples, 2, 5);
        var path = Path.Combine(folder.Path, "half.safetensors");
        first.SaveCheckpoint(path);
        using var second = Trainer.Resume(path, network, new Sgd(0.1f));
        second.Fit(examples, 2, 5);
        Assert.Equal(straight.State.Parameter("dense1.weight").ToArray(), second.State.Parameter("dense1.weight").ToArray());
        using var plain = new Trainer(network, new Sgd(0.1f));
        plain.Fit(Preprocessing.Standardizing(Images).Prepare(Images), 2, 10);
        Assert.NotEqual(straight.State.Parameter("dense1.weight").ToArray(), plain.State.Parameter("dense1.weight").ToArray());
    }

    [Fact]
    public void A_copy_allocates_nothing()
    {
        var examples = Preprocessing.Standardizing(Images).Prepare(new Augmentation { Mirror = true, Padding = 2, Reflect = true, Photometric = Photometric.Full }.Apply(Images));
        var image = new float[Size];
        void Copy()
        {
            for (var step = 0; step < 100; step++)
                examples.CopyTrainingInput(step % 4, 1, step, image);
        }
        Copy();
        Assert.Equal(0, Allocation.Least(Copy));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Contains("choose from 0 to 2", Assert.Throws<ArgumentException>(() => new Augmentation { Padding = 3 }.Apply(Images)).Message, StringComparison.Ordinal);
        Assert.Contains("are no images", Assert.Throws<ArgumentException>(() => Augmentation.Standard.Apply(new Toy())).Message, StringComparison.Ordinal);
        Assert.Contains("lie in [0, 1]", Assert.Throws<ArgumentException>(() => new Augmentation { Photometric = new(2, 0, 0) }.Apply(Images)).Message, StringComparison.Ordinal);
        var four = Dataset.FromBytes(new byte[64], [0], new Shape(4, 4, 4), 1);
        Assert.Contains("1 or 3 channels, not 4", Assert.Throws<ArgumentException>(() => new Augmentation { Photometric = Photometric.Full }.Apply(four)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Light_is_not_changed_of_images_that_are_prepared()
    {
        var prepared = Preprocessing.Standardizing(Images).Prepare(Images);
        Assert.Contains("augment first, then prepare", Assert.Throws<ArgumentException>(() => new Augmentation { Photometric = Photometric.Full }.Apply(prepared)).Message, StringComparison.Ordinal);
        Assert.Equal(prepared.Preprocessing, new Augmentation { Mirror = true }.Apply(prepared).Preprocessing);
    }

    private static float[] Training(IExamples examples, int index, ulong seed, long step)
    {
        var image = new float[Size];
        examples.CopyTrainingInput(index, seed, step, image);
        return image;
    }

    // By the definition, pixel by pixel.
    private static float[] Crop(int index, int down, int across, bool mirror, bool reflect)
    {
        var (image, result) = (new float[Size], new float[Size]);
        Images.CopyInput(index, image);
        int Within(int place) => place < 0 ? -place : place >= Side ? 2 * (Side - 1) - place : place;
        for (var i = 0; i < Size; i++)
        {
            var (row, column, channel) = (i / 3 / Side + down, i / 3 % Side, i % 3);
            column = (mirror ? Side - 1 - column : column) + across;
            if (reflect || (row is >= 0 and < Side && column is >= 0 and < Side))
                result[i] = image[(Within(row) * Side + Within(column)) * 3 + channel];
        }
        return result;
    }
}
