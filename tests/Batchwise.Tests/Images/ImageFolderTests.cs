using System.Globalization;
using Batchwise.Images;

namespace Batchwise.Tests.Images;

public class ImageFolderTests
{
    [Theory]
    [InlineData("")]
    [InlineData("./")]
    [InlineData("cifar/images/")]
    public void A_folder_an_archive_and_a_compressed_one_give_the_same(string top)
    {
        using var files = new ImageFiles();
        var small = ImageFiles.Small.Select(file => (top + file.Path, file.Contents)).ToArray();
        string[] paths =
        [
            files.Folder("images", small),
            files.Tar("images.tar", small),
            files.Tar("backwards.tar", [.. small.Reverse()]),
            files.Write("images.tgz", ImageBytes.Gzip(ImageBytes.Tar(small))),
        ];
        foreach (var path in paths)
        {
            var (train, test, validation, names) = ImageFolder.Load(path);
            Assert.Equal(["Dog", "cat"], names);
            Assert.Null(validation);
            Assert.Equal((4, 2, new Shape(4, 4, 3), 2), (train.Count, test.Count, train.Shape, train.Classes));
            // By the ordinal order of the paths: Dog/0, Dog/1, cat/10, cat/2.
            Assert.Equal([4, 3, 1, 2], Reds(train));
            Assert.Equal([0, 0, 1, 1], Enumerable.Range(0, 4).Select(train.Label));
            Assert.Equal([6, 5], Reds(test));
            Assert.Equal([0, 1], Enumerable.Range(0, 2).Select(test.Label));
            Assert.Equal($"images ({Path.GetFileName(path)})", train.Name);
            Assert.NotNull(train.Sha256);
        }
    }

    [Theory]
    [InlineData("val", null)]
    [InlineData("valid", null)]
    [InlineData("Validation", null)]
    [InlineData("valid", "test")]
    [InlineData("val", "test")]
    public void Validation_images_test_where_there_are_no_others(string validation, string? test)
    {
        using var files = new ImageFiles();
        List<(string, byte[])> all = [("train/a/1.png", ImageBytes.Png(4, 4, 1, 0, 0)), ($"{validation}/a/1.png", ImageBytes.Png(4, 4, 2, 0, 0))];
        if (test is not null)
            all.Add(($"{test}/a/1.png", ImageBytes.Png(4, 4, 3, 0, 0)));
        var sets = ImageFolder.Load(files.Tar("a.tar", [.. all]));
        Assert.Equal(test is null ? [2] : [3], Reds(sets.Test));
        Assert.Equal(test is null ? null : [2], sets.Validation is null ? null : Reds(sets.Validation));
    }

    [Fact]
    public void What_is_held_out_depends_on_each_path_alone()
    {
        using var files = new ImageFiles();
        var all = Enumerable.Range(0, 200).Select(i => ($"{(i % 2 == 0 ? "a" : "b")}/{i}.png", ImageBytes.Png(1, 1, (byte)i, 0, 0))).ToArray();
        var whole = ImageFolder.Load(files.Tar("whole.tar", all), new() { HeldOut = 0.25 });
        Assert.Equal(200, whole.Train.Count + whole.Test.Count);
        Assert.Equal(Enumerable.Range(0, 200), Reds(whole.Train).Concat(Reds(whole.Test)).Order());
        // Binomial with 200 draws of 0.25: deviation 6.1.
        Assert.InRange(whole.Test.Count, 30, 70);
        var half = ImageFolder.Load(files.Folder("half", all[..100]), new() { HeldOut = 0.25 });
        Assert.Equal(Reds(whole.Test).Where(i => i < 100), Reds(half.Test));
    }

    [Fact]
    public void All_images_are_held_out_where_all_are_to_be_scored()
    {
        using var files = new ImageFiles();
        (string, byte[])[] plain = [.. Enumerable.Range(0, 20).Select(i => ($"{(i % 2 == 0 ? "a" : "b")}/{i}.png", ImageBytes.Png(1, 1, (byte)i, 0, 0)))];
        var (train, test, _, names) = ImageFolder.Load(files.Tar("a.tar", plain), new() { HeldOut = 1 });
        Assert.Same(test, train);
        Assert.Equal(["a", "b"], names);
        Assert.Equal(Enumerable.Range(0, 20), Reds(test).Order());
        // Where folders say which images are test images, they stay the only ones.
        var split = ImageFolder.Load(files.Tar("b.tar", ImageFiles.Small), new() { HeldOut = 1 });
        Assert.Equal((4, 2), (split.Train.Count, split.Test.Count));
    }

    [Fact]
    public void JPEG_is_read_by_any_of_its_endings()
    {
        using var files = new ImageFiles();
        string[] endings = ["jpg", "jpeg", "jpe", "jfif", "jif", "jfi", "pjpeg", "pjp", "JPG", "Jfif"];
        var sets = ImageFolder.Load(files.Folder("a",
            [.. endings.Select((ending, i) => ($"train/a/{i}.{ending}", ImageBytes.Jpeg)), ("test/a/1.dib", ImageBytes.Bitmap(16, 16, 1, 2, 3))]));
        Assert.Equal((endings.Length, 1), (sets.Train.Count, sets.Test.Count));
        Assert.Empty(sets.PassedOver);
    }

    [Fact]
    public void What_is_passed_over_is_counted_by_its_ending()
    {
        using var files = new ImageFiles();
        (string, byte[])[] others =
        [
            .. Enumerable.Range(0, 3).Select(i => ($"train/cat/{i}.webp", new byte[] { 1 })),
            ("train/cat/a.GIF", [1]), ("train/cat/b.gif", [1]), ("train/cat/notes", [1]), ("train/cat/x.much-too-long", [1]), ("train/cat/.hidden.jpg", [1]),
            (".git/objects/1", [1]), (".git/objects/2", [1]),
        ];
        // .DS_Store, README.md; a hidden folder counts once.
        string[] expected = ["3 .webp", "3 hidden", "2 .gif", "2 others", "1 .md"];
        foreach (var path in (string[])[files.Folder("a", [.. ImageFiles.Small, .. others]), files.Tar("a.tar", [.. ImageFiles.Small, .. others])])
        {
            var sets = ImageFolder.Load(path);
            Assert.Equal((4, 2), (sets.Train.Count, sets.Test.Count));
            Assert.Equal(expected, sets.PassedOver.Select(files => files.ToString()));
            Assert.Equal(expected, ImageFolder.LoadUnlabelled(path).PassedOver.Select(files => files.ToString()));
        }
    }

    [Theory]
    [InlineData("{0}.png")]
    [InlineData("new/{0}.png")]
    [InlineData("photos/new/{0}.png")]
    [InlineData("train/{0}.png")]
    [InlineData("train/a/{0}.png")]
    public void Images_of_one_folder_are_unlabelled(string pattern)
    {
        using var files = new ImageFiles();
        (string, byte[])[] all = [.. Enumerable.Range(0, 5).Select(i => (string.Format(CultureInfo.InvariantCulture, pattern, i), ImageBytes.Png(3, 2, (byte)i, 0, 0)))];
        foreach (var path in (string[])[files.Folder("a", all), files.Tar("a.tar", all)])
        {
            Assert.False(ImageFolder.HasLabels(path));
            var images = ImageFolder.LoadUnlabelled(path).Images;
            Assert.Equal((5, new Shape(2, 3, 3), $"images ({Path.GetFileName(path)})"), (images.Count, images.Shape, images.Name));
            Assert.Equal([0, 1, 2, 3, 4], Reds(images));
            Assert.Contains("has no labels", Assert.Throws<InvalidOperationException>(() => images.Label(0)).Message, StringComparison.Ordinal);
        }
        Assert.Equal(new Shape(8, 8, 3), ImageFolder.LoadUnlabelled(files.Tar("a.tar", all), new() { Size = 8 }).Images.Shape);
    }

    [Fact]
    public void Images_of_several_folders_are_labelled_and_can_be_taken_without_their_labels()
    {
        using var files = new ImageFiles();
        var path = files.Folder("a", ImageFiles.Small);
        Assert.True(ImageFolder.HasLabels(path));
        Assert.True(ImageFolder.HasLabels(files.Tar("a.tar", ("a/1.png", ImageFiles.Small[0].Contents), ("b/1.png", ImageFiles.Small[0].Contents))));
        // test/Dog, test/cat, train/Dog, train/cat.
        Assert.Equal([6, 5, 4, 3, 1, 2], Reds(ImageFolder.LoadUnlabelled(path).Images));
    }

    [Fact]
    public void Folders_whose_names_differ_only_in_their_Unicode_form_are_one_class()
    {
        using var files = new ImageFiles();
        const string one = "caf\u00E9", two = "cafe\u0301";
        (string, byte[])[] all =
        [
            ($"train/{one}/1.png", ImageBytes.Png(4, 4, 1, 0, 0)), ($"train/{two}/2.png", ImageBytes.Png(4, 4, 2, 0, 0)), ("train/bar/3.png", ImageBytes.Png(4, 4, 3, 0, 0)),
            ($"test/{two}/4.png", ImageBytes.Png(4, 4, 4, 0, 0)),
        ];
        foreach (var path in new[] { files.Folder("photos", all), files.Tar("photos.tar", all) })
        {
            var sets = ImageFolder.Load(path);
            // As it was written: the first in ordinal order.
            Assert.Equal(["bar", two], sets.ClassNames);
            Assert.Equal([1, 1], Enumerable.Range(0, sets.Train.Count).Where(i => Reds(sets.Train).ElementAt(i) < 3).Select(sets.Train.Label));
            Assert.Equal(1, sets.Test.Label(0));
            // A model's names, in the other form.
            var known = ImageFolder.Load(path, new() { ClassNames = [one, "bar"] });
            Assert.Equal([one, "bar"], known.Test.ClassNames);
            Assert.Equal(0, known.Test.Label(0));
        }
        Assert.StartsWith($"The class {one} stands twice", Assert.Throws<ArgumentException>(() => new ImageFolderOptions { ClassNames = [one, two] }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_class_keeps_an_image_to_train_on()
    {
        using var files = new ImageFiles();
        // Alone or in pairs; of a hundred pairs about one in a hundred would lose both, at a half a quarter.
        foreach (var (count, share) in new[] { (1, 0.9), (2, 0.1), (2, 0.5), (5, 0.9) })
        {
            var all = Enumerable.Range(0, 100 * count).Select(i => ($"class{i / count:000}/{i % count}.png", ImageBytes.Png(1, 1, (byte)i, 0, 0))).Append(("many/0.png", ImageBytes.Png(1, 1, 0, 0, 0)))
                .Concat(Enumerable.Range(1, 20).Select(i => ($"many/{i}.png", ImageBytes.Png(1, 1, (byte)i, 0, 0)))).ToArray();
            var sets = ImageFolder.Load(files.Tar($"{count}-{share}.tar", all), new() { HeldOut = share });
            Assert.Equal(101, sets.ClassNames.Length);
            Assert.Equal(Enumerable.Range(0, 101), Enumerable.Range(0, sets.Train.Count).Select(sets.Train.Label).Distinct().Order());
            Assert.Equal(all.Length, sets.Train.Count + sets.Test.Count);
        }
    }

    [Fact]
    public void JPEG_PNG_and_BMP_are_read_by_their_contents()
    {
        using var files = new ImageFiles();
        var sets = ImageFolder.Load(files.Tar("a.tar",
            ("train/a/1.jpg", ImageBytes.Jpeg), ("train/a/2.jpeg", ImageBytes.Png(16, 16, 9, 8, 7)), ("train/a/3.bmp", ImageBytes.Bitmap(16, 16, 6, 5, 4)),
            ("test/a/1.jpg", ImageBytes.Jpeg)));
        var pixels = Pixels(sets.Train, 0);
        // JPEG is lossy: within 6 of what was compressed.
        Assert.All(new[] { (200, pixels[0]), (30, pixels[1]), (30, pixels[2]), (30, pixels[45]), (30, pixels[46]), (200, pixels[47]) }, pair => Assert.InRange(pair.Item2, pair.Item1 - 6, pair.Item1 + 6));
        Assert.Equal([9, 8, 7], Pixels(sets.Train, 1)[..3]);
        Assert.Equal([6, 5, 4], Pixels(sets.Train, 2)[^3..]);
    }

    [Fact]
    public void Images_of_one_size_keep_it_and_others_become_squares()
    {
        using var files = new ImageFiles();
        (string, byte[])[] alike = [("train/a/1.png", ImageBytes.Png(6, 4, 10, 0, 0)), ("test/a/1.png", ImageBytes.Png(6, 4, 20, 0, 0))];
        Assert.Equal(new Shape(4, 6, 3), ImageFolder.Load(files.Tar("a.tar", alike)).Train.Shape);
        Assert.Equal(new Shape(5, 5, 3), ImageFolder.Load(files.Tar("a.tar", alike), new() { Size = 5 }).Train.Shape);
        var mixed = ImageFolder.Load(files.Tar("b.tar", [.. alike, ("train/a/2.png", ImageBytes.Png(50, 40, 30, 0, 0))]));
        Assert.Equal(new Shape(32, 32, 3), mixed.Train.Shape);
        // One colour stays one colour, whether it is shrunk or enlarged.
        Assert.All(Pixels(mixed.Train, 0).Chunk(3), pixel => Assert.Equal([10, 0, 0], pixel));
        Assert.All(Pixels(mixed.Train, 1).Chunk(3), pixel => Assert.Equal([30, 0, 0], pixel));
    }

    [Fact]
    public void Folders_are_matched_by_name_to_classes_that_are_given()
    {
        using var files = new ImageFiles();
        // By their own order Dog is 0 and cat 1; a class that the training images lack may be tested.
        var path = files.Tar("a.tar", [.. ImageFiles.Small, ("test/bird/1.png", ImageBytes.Png(4, 4, 7, 0, 0))]);
        var (train, test, _, names) = ImageFolder.Load(path, new() { ClassNames = ["cat", "horse", "bird", "Dog"] });
        Assert.Equal(["cat", "horse", "bird", "Dog"], names);
        Assert.Equal((4, 4), (train.Classes, test.Classes));
        Assert.Equal([3, 3, 0, 0], Enumerable.Range(0, train.Count).Select(train.Label));
        Assert.Equal([(6, 3), (7, 2), (5, 0)], Reds(test).Select((red, i) => (red, test.Label(i))));

        // Of a model that is there already, images to test it by are enough.
        var alone = ImageFolder.Load(files.Tar("b.tar", [("test/cat/1.png", ImageBytes.Png(4, 4, 5, 0, 0)), ("test/bird/1.png", ImageBytes.Png(4, 4, 7, 0, 0))]), new() { ClassNames = ["cat", "horse", "bird"] });
        Assert.Same(alone.Test, alone.Train);
        Assert.Equal([(7, 2), (5, 0)], Reds(alone.Test).Select((red, i) => (red, alone.Test.Label(i))));
    }

    [Fact]
    public void Progress_ends_with_all_and_cancelling_ends_the_reading()
    {
        using var files = new ImageFiles();
        var path = files.Tar("a.tar", ImageFiles.Small);
        var seen = new List<ImageProgress>();
        ImageFolder.Load(path, progress: new Reports(seen.Add));
        Assert.Equal(Enumerable.Range(1, 6).Select(done => new ImageProgress(done, 6)), seen);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => ImageFolder.Load(path, cancellationToken: cancelled.Token));
        using var later = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => ImageFolder.Load(path, new() { Threads = 1 }, new Reports(_ => later.Cancel()), later.Token));
    }

    [Fact]
    public void CIFAR_10_as_JPEG_is_read_whole()
    {
        var sets = ImageFolder.Load(Repository.SharedOrSkip("data/cifar10-jpeg/cifar-10-images-jpeg.tar"), new() { Size = 32 });
        Assert.Equal((50_000, 10_000, new Shape(32, 32, 3)), (sets.Train.Count, sets.Test.Count, sets.Train.Shape));
        Assert.Equal(["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"], sets.ClassNames);
        Assert.Equal(Enumerable.Repeat(5000, 10), Enumerable.Range(0, 50_000).CountBy(sets.Train.Label).Select(pair => pair.Value));
        // The well-known means and deviations of CIFAR-10; JPEG of quality 75 moves them in the third decimal.
        var standardizing = Preprocessing.Standardizing(sets.Train);
        Assert.All(standardizing.ChannelMeans.Zip([0.4914f, 0.4822f, 0.4465f]), pair => Assert.Equal(pair.Second, pair.First, 0.002f));
        Assert.All(standardizing.ChannelScales.Zip([0.2470f, 0.2435f, 0.2616f]), pair => Assert.Equal(pair.Second, 1 / pair.First, 0.004f));
    }

    private static IEnumerable<int> Reds(IExamples data) => Enumerable.Range(0, data.Count).Select(i => (int)Pixels(data, i)[0]);

    private static byte[] Pixels(IExamples data, int index)
    {
        var input = new float[data.Shape.Size];
        data.CopyInput(index, input);
        return Array.ConvertAll(input, value => (byte)MathF.Round(value * 255));
    }

    private sealed class Reports(Action<ImageProgress> report) : IProgress<ImageProgress>
    {
        public void Report(ImageProgress value) => report(value);
    }
}
