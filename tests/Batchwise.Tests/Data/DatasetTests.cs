namespace Batchwise.Tests;

public class DatasetTests
{
    private static readonly Shape Pair = new(2);

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(67)]
    [InlineData(784)]
    public void A_byte_reaches_the_network_as_exactly_byte_over_255(int size)
    {
        var pixels = Enumerable.Range(0, 256 * size).Select(i => (byte)(i * 7)).ToArray();
        var data = Dataset.FromBytes(pixels, new int[256], new(size), 1);
        var input = new float[size];
        for (var i = 0; i < data.Count; i++)
        {
            data.CopyInput(i, input);
            Assert.Equal(Array.ConvertAll(pixels[(i * size)..((i + 1) * size)], pixel => pixel / 255f), input.AsSpan());
        }
    }

    [Theory]
    [InlineData(1, 127)]
    [InlineData(67, 127)]
    [InlineData(784, 127)]
    [InlineData(67, 0)]
    [InlineData(67, 254)]
    public void A_binary_view_is_one_above_the_threshold_and_zero_elsewhere(int size, byte threshold)
    {
        var pixels = Enumerable.Range(0, 256 * size).Select(i => (byte)(i * 7)).ToArray();
        var data = Dataset.FromBytes(pixels, new int[256], new(size), 1).Binarize(threshold);
        var input = new float[size];
        for (var i = 0; i < data.Count; i++)
        {
            data.CopyInput(i, input);
            Assert.Equal(Array.ConvertAll(pixels[(i * size)..((i + 1) * size)], pixel => pixel > threshold ? 1f : 0f), input.AsSpan());
        }
    }

    [Fact]
    public void Floats_come_back_as_given_and_are_compared_with_the_middle_between_the_threshold_and_the_next_byte()
    {
        var data = new Dataset([0.25f, -3, 0.5001f, 0.5f], [1, 0], Pair, 2);
        var input = new float[2];
        data.CopyInput(0, input);
        Assert.Equal([0.25f, -3], input);
        data.Binarize().CopyInput(1, input);
        Assert.Equal([1, 0], input);
    }

    [Fact]
    public void What_is_binary_stays_as_it_is_under_another_threshold()
    {
        var input = new float[2];
        Dataset.FromBytes([100, 201], [0], Pair, 1).Binarize(200).Binarize(50).CopyInput(0, input);
        Assert.Equal([0, 1], input);
    }

    [Fact]
    public void Later_changes_of_the_callers_arrays_do_not_reach_the_dataset()
    {
        float[] inputs = [1, 2];
        int[] labels = [1];
        var data = new Dataset(inputs, labels, Pair, 2);
        (inputs[0], labels[0]) = (9, 0);
        var input = new float[2];
        data.CopyInput(0, input);
        Assert.Equal([1, 2], input);
        Assert.Equal(1, data.Label(0));
    }

    [Fact]
    public void A_slice_of_a_slice_counts_from_its_own_start_and_keeps_name_and_sum()
    {
        var whole = Ten().Slice(2, 7);
        var slice = whole.Slice(3, 2);
        Assert.Equal((2, 5, 6), (slice.Count, slice.Label(0), slice.Label(1)));
        var input = new float[2];
        slice.CopyInput(1, input);
        Assert.Equal([6 / 255f, 106 / 255f], input);
        Assert.Equal(("ten", "Made here.", "abc", Pair, 10), (slice.Name, slice.Source, slice.Sha256, slice.Shape, slice.Classes));
    }

    [Fact]
    public void A_split_holds_out_the_last_examples()
    {
        var (train, heldOut) = Labelled([0, 1, 2, 3, 4, 4, 3, 2, 1, 0]).Split(3);
        Assert.Equal([0, 1, 2, 3, 4, 4, 3], Enumerable.Range(0, train.Count).Select(train.Label));
        Assert.Equal([2, 1, 0], Enumerable.Range(0, heldOut.Count).Select(heldOut.Label));
    }

    [Fact]
    public void A_split_that_leaves_none_of_a_class_to_train_on_is_refused() =>
        Assert.Contains("The last 3 examples of unnamed data hold all there are of class 2, and none is left to train on",
            Assert.Throws<ArgumentException>(() => Labelled([0, 0, 0, 1, 1, 1, 1, 2, 2]).Split(3)).Message, StringComparison.Ordinal);

    private static Dataset Labelled(int[] labels) => new(new float[2 * labels.Length], labels, Pair, 5);

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(-1)]
    public void A_split_that_leaves_one_side_empty_is_refused(int heldOut) =>
        Assert.Contains("choose from 1 to 9", Assert.Throws<ArgumentOutOfRangeException>(() => Ten().Split(heldOut)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(-1, 2)]
    [InlineData(0, 0)]
    [InlineData(5, 6)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void A_slice_beyond_the_examples_is_refused(int start, int count) =>
        Assert.Contains("within the 10 of ten", Assert.Throws<ArgumentOutOfRangeException>(() => Ten().Slice(start, count)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void An_example_outside_a_slice_is_refused_though_the_whole_has_it(int index)
    {
        var slice = Ten().Slice(4, 2);
        Assert.Contains($"no example {index}", Assert.Throws<ArgumentOutOfRangeException>(() => slice.Label(index)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => slice.CopyInput(index, new float[2]));
    }

    [Fact]
    public void A_destination_that_is_too_short_is_refused() =>
        Assert.Contains("does not fit into 1 values", Assert.Throws<ArgumentException>(() => Ten().CopyInput(0, new float[1])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_longer_destination_is_left_alone_behind_the_input()
    {
        float[] destination = [7, 7, 7];
        Ten().CopyInput(1, destination);
        Assert.Equal([1 / 255f, 101 / 255f, 7], destination);
    }

    [Fact]
    public void A_threshold_that_no_byte_exceeds_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Ten().Binarize(255));

    [Theory]
    [InlineData(3, 0, 2, "2 examples of shape [2] have 4 values, but 3 are given")]
    [InlineData(4, 2, 2, "Label 2 of example 1 is not in [0, 2)")]
    [InlineData(4, -1, 2, "Label -1 of example 1 is not in [0, 2)")]
    [InlineData(4, 0, 0, "There cannot be 0 classes")]
    public void Examples_that_do_not_fit_together_are_refused(int values, int label, int classes, string sentence)
    {
        var message = Assert.ThrowsAny<ArgumentException>(() => new Dataset(new float[values], [0, label], Pair, classes)).Message;
        Assert.StartsWith(sentence, message, StringComparison.Ordinal);
        Assert.Equal(message, Assert.ThrowsAny<ArgumentException>(() => Dataset.FromBytes(new byte[values], [0, label], Pair, classes)).Message);
    }

    [Fact]
    public void Nothing_at_all_is_refused()
    {
        Assert.StartsWith("There are no labels", Assert.Throws<ArgumentException>(() => new Dataset([], [], Pair, 2)).Message, StringComparison.Ordinal);
        Assert.StartsWith("The shape", Assert.Throws<ArgumentException>(() => new Dataset([1], [0], default, 2)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void A_value_that_is_no_number_is_refused_with_its_place(float value, string text) =>
        Assert.StartsWith($"Value 1 of example 1 is {text}", Assert.Throws<ArgumentException>(() => new Dataset([0, 0, 0, value], [0, 1], Pair, 2)).Message, StringComparison.Ordinal);

    [Fact]
    public void Copying_an_input_allocates_nothing()
    {
        var data = Dataset.FromBytes(new byte[784], [0], new(28, 28, 1), 10);
        var binary = data.Binarize();
        var input = new float[784];
        Copy();
        Assert.Equal(0, Allocation.Least(Copy));

        void Copy()
        {
            data.CopyInput(0, input);
            binary.CopyInput(0, input);
        }
    }

    // Example i is labelled i and has the pixels i and 100 + i.
    private static Dataset Ten() =>
        Dataset.Own([.. Enumerable.Range(0, 10).SelectMany(i => new[] { (byte)i, (byte)(100 + i) })], [.. Enumerable.Range(0, 10)], Pair, 10, "ten", "Made here.", "abc", "def");
}
