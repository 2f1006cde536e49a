namespace Batchwise.Tests;

public class MnistTests
{
    [Fact]
    public void The_real_files_are_MNIST()
    {
        var (train, test) = Mnist.Load(DataFolder.RealMnist());
        Assert.Equal((60_000, 10_000), (train.Count, test.Count));
        Assert.Equal((new Shape(28, 28, 1), new Shape(28, 28, 1), 10, 10), (train.Shape, test.Shape, train.Classes, test.Classes));
        Assert.Equal(("MNIST", "MNIST"), (train.Name, test.Name));
        Assert.Equal("ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", train.Sha256);
        Assert.Equal("ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", test.LabelsSha256);
        Assert.Equal([5, 0, 4, 1, 9, 2, 1, 3, 1, 4], Enumerable.Range(0, 10).Select(train.Label));
        Assert.Equal([7, 2, 1, 0, 4, 1, 4, 9, 5, 9], Enumerable.Range(0, 10).Select(test.Label));

        // The test images' well-known mean is 0.1325.
        var input = new float[784];
        var sum = 0.0;
        for (var i = 0; i < test.Count; i++)
        {
            test.CopyInput(i, input);
            sum += input.Sum();
        }
        Assert.Equal(0.1325, sum / (784.0 * test.Count), 0.0001);
    }

    [Fact]
    public void Other_files_of_these_names_are_not_called_MNIST()
    {
        using var folder = new DataFolder();
        WriteAll(folder);
        var (train, test) = Mnist.Load(folder.Path);
        Assert.Equal($"IDX data ({Path.GetFileName(folder.Path)})", train.Name);
        Assert.Contains("not MNIST's", test.Source, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Path, train.Source, StringComparison.Ordinal);
        Assert.Equal((4, 2, 4, new Shape(3, 2, 1)), (train.Count, test.Count, test.Classes, test.Shape));
    }

    [Fact]
    public void Raw_compressed_and_dotted_names_may_be_mixed()
    {
        using var folder = new DataFolder();
        folder.Write("train-images.idx3-ubyte", IdxBytes.Images(2));
        folder.Write("train-labels.idx1-ubyte.gz", IdxBytes.Compress(IdxBytes.Labels(1, 0)));
        folder.Write("t10k-images-idx3-ubyte.gz", IdxBytes.Compress(IdxBytes.Images(1)));
        folder.Write("t10k-labels-idx1-ubyte", IdxBytes.Labels(0));
        var (train, test) = Mnist.Load(folder.Path + Path.DirectorySeparatorChar);
        Assert.Equal((2, 1), (train.Count, test.Count));
        Assert.Equal($"IDX data ({Path.GetFileName(folder.Path)})", train.Name);
    }

    [Fact]
    public void A_missing_file_is_named_with_the_way_to_get_it()
    {
        using var folder = new DataFolder();
        WriteAll(folder);
        File.Delete(Path.Combine(folder.Path, "t10k-labels-idx1-ubyte"));
        var message = Assert.Throws<FileNotFoundException>(() => Mnist.Load(folder.Path)).Message;
        Assert.Contains("has no t10k-labels-idx1-ubyte, t10k-labels-idx1-ubyte.gz, ", message, StringComparison.Ordinal);
        Assert.Contains("batchwise data get mnist", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_is_named_with_the_way_to_get_it()
    {
        var message = Assert.Throws<DirectoryNotFoundException>(() => Mnist.Load("no/such/folder")).Message;
        Assert.Contains("no/such/folder", message, StringComparison.Ordinal);
        Assert.Contains("batchwise data get mnist", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Test_files_that_do_not_fit_the_training_files_are_refused()
    {
        using var folder = new DataFolder();
        WriteAll(folder);
        var labels = folder.Write("t10k-labels-idx1-ubyte", IdxBytes.Labels(0, 4));
        Assert.Contains($"Label 4 of example 1 in {labels} is not in [0, 4)", Refusal(folder), StringComparison.Ordinal);
        folder.Write("t10k-labels-idx1-ubyte", IdxBytes.Labels(0, 3));
        folder.Write("t10k-images-idx3-ubyte", IdxBytes.Images(2, 2, 3));
        Assert.Contains("[3, 2, 1], the test images [2, 3, 1]", Refusal(folder), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_labels_gives_its_images()
    {
        using var folder = new DataFolder();
        Assert.Contains("has neither train-images-idx3-ubyte nor t10k-images-idx3-ubyte", Assert.Throws<FileNotFoundException>(() => Mnist.LoadUnlabelled(folder.Path)).Message, StringComparison.Ordinal);
        WriteAll(folder);
        Assert.True(Mnist.HasLabels(folder.Path));
        Assert.Equal(4, Mnist.LoadUnlabelled(folder.Path).Count);
        File.Delete(Path.Combine(folder.Path, "train-labels-idx1-ubyte"));
        Assert.False(Mnist.HasLabels(folder.Path));
        File.Delete(Path.Combine(folder.Path, "train-images-idx3-ubyte"));
        Assert.Equal(2, Mnist.LoadUnlabelled(folder.Path).Count);
    }

    private static string Refusal(DataFolder folder) => Assert.Throws<InvalidDataException>(() => Mnist.Load(folder.Path)).Message;

    private static void WriteAll(DataFolder folder)
    {
        folder.Write("train-images-idx3-ubyte", IdxBytes.Images(4));
        folder.Write("train-labels-idx1-ubyte", IdxBytes.Labels(3, 1, 0, 2));
        folder.Write("t10k-images-idx3-ubyte", IdxBytes.Images(2));
        folder.Write("t10k-labels-idx1-ubyte", IdxBytes.Labels(1, 0));
    }
}
