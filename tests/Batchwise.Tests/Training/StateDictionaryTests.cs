using System.Text;
using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Training;

/// <summary>Values move to PyTorch's names and layouts and back.</summary>
public sealed class StateDictionaryTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("batchwise-state").FullName;

    public static TheoryData<string> Names => [.. PlanTests.Cases.Keys];

    private string File => Path.Combine(folder, "state.safetensors");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void What_was_saved_comes_back(string name)
    {
        // Without population statistics, what is saved are the moving ones.
        var state = RandomState.Of(PlanTests.Cases[name], population: false);
        StateDictionary.Save(File, state);
        var back = NetworkState.Create(state.Network, 99);
        var report = StateDictionary.Load(File, back);
        Assert.True(report.IsComplete, report.ToString());
        foreach (var parameter in state.ParameterNames)
            Assert.True(state.Parameter(parameter).SequenceEqual(back.Parameter(parameter)), parameter);
        foreach (var statistic in state.StatisticNames.Where(statistic => !statistic.Contains(".population", StringComparison.Ordinal)))
            Assert.Equal(state.Statistic(statistic).ToArray().Select(value => (float)value), back.Statistic(statistic).ToArray().Select(value => (float)value));
    }

    [Fact]
    public void Layouts_are_those_of_PyTorch()
    {
        // A map of 2 x 1 places and 2 channels, a convolution to 3 channels, and a dense layer of what was flattened.
        var network = Network.Input(2, 1, 2).Convolution(3, 1, bias: false).BatchNormalization().Relu().Flatten().Dropout(0.5).Dense(2);
        var state = NetworkState.Create(network, 1);
        Count(state.Parameter("convolution1.weight"));
        Count(state.Parameter("dense1.weight"));
        StateDictionary.Save(File, state);
        var file = SafeTensorFile.Read(File);
        // Ours is [height, width, in, out]: weight[in, out] = 3 in + out.
        Assert.Equal([3, 2, 1, 1], file["convolution1.weight"].Shape);
        Assert.Equal([0f, 3, 1, 4, 2, 5], file["convolution1.weight"].ToSingle());
        // Ours is [place, channel, out]: row 3 place + channel. PyTorch's columns go channel by channel: 2 channel + place.
        Assert.Equal([2, 6], file["dense1.weight"].Shape);
        Assert.Equal([0f, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11], file["dense1.weight"].ToSingle());
        Assert.Equal(
            ["batchNorm1.bias", "batchNorm1.num_batches_tracked", "batchNorm1.running_mean", "batchNorm1.running_var", "batchNorm1.weight", "convolution1.weight", "dense1.bias", "dense1.weight"],
            file.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
        Assert.Empty(file["batchNorm1.num_batches_tracked"].Shape);
    }

    [Fact]
    public void Statistics_of_a_normalization_behind_a_flattened_map_follow_its_order()
    {
        var network = Network.Input(2, 1, 2).Flatten().BatchNormalization().Dense(1);
        var state = NetworkState.Create(network, 1);
        Count(state.Parameter("batchNorm1.gamma"));
        for (var i = 0; i < 4; i++)
            (state.Statistic("batchNorm1.movingMean")[i], state.Statistic("batchNorm1.movingVariance")[i]) = (i, i + 1);
        StateDictionary.Save(File, state);
        var file = SafeTensorFile.Read(File);
        Assert.Equal([0f, 2, 1, 3], file["batchNorm1.weight"].ToSingle());
        Assert.Equal([0f, 2, 1, 3], file["batchNorm1.running_mean"].ToSingle());
        Assert.Equal([1f, 3, 2, 4], file["batchNorm1.running_var"].ToSingle());
        var back = NetworkState.Create(network, 2);
        StateDictionary.Load(File, back);
        Assert.Equal([0, 1, 2, 3], back.Statistic("batchNorm1.movingMean").ToArray());
    }

    [Fact]
    public void Population_statistics_are_saved_where_they_are_known_and_are_unknown_after_loading()
    {
        var state = RandomState.Of(Network.Input(3).BatchNormalization().Dense(2));
        StateDictionary.Save(File, state);
        Assert.Equal(state.Statistic("batchNorm1.populationMean").ToArray().Select(value => (float)value), SafeTensorFile.Read(File)["batchNorm1.running_mean"].ToSingle());
        StateDictionary.Load(File, state);
        Assert.All(state.Statistic("batchNorm1.populationMean").ToArray(), value => Assert.True(double.IsNaN(value)));
    }

    [Fact]
    public void Half_and_bfloat16_are_widened()
    {
        var header = """{"dense1.bias":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"dense1.weight":{"dtype":"F16","shape":[2,1],"data_offsets":[4,8]}}""";
        byte[] data = [.. BitConverter.GetBytes((short)(BitConverter.SingleToInt32Bits(1.5f) >> 16)), .. BitConverter.GetBytes((short)(BitConverter.SingleToInt32Bits(-3f) >> 16)), .. BitConverter.GetBytes((Half)0.25), .. BitConverter.GetBytes((Half)(-2))];
        System.IO.File.WriteAllBytes(File, [.. BitConverter.GetBytes((long)header.Length), .. Encoding.UTF8.GetBytes(header), .. data]);
        var state = NetworkState.Create(Network.Input(1).Dense(2), 1);
        StateDictionary.Load(File, state);
        Assert.Equal([1.5f, -3], state.Parameter("dense1.bias").ToArray());
        Assert.Equal([0.25f, -2], state.Parameter("dense1.weight").ToArray());
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_changes_nothing_unless_it_may_be_missing()
    {
        var state = RandomState.Of(Network.Input(3).Dense(2, name: "first").Dense(4, name: "second"));
        StateDictionary.Save(File, state);
        var other = NetworkState.Create(Network.Input(3).Dense(2, name: "first").Dense(5, name: "second").Dense(1, name: "third"), 7);
        var before = other.Clone();
        var message = Assert.Throws<InvalidDataException>(() => StateDictionary.Load(File, other)).Message;
        Assert.Contains("2 missing ('third.weight', 'third.bias')", message, StringComparison.Ordinal);
        Assert.Contains("second.weight: [4, 2] in the file, [5, 2] in the network", message, StringComparison.Ordinal);
        StateAssert.Same(before, other);

        var report = StateDictionary.Load(File, other, new() { Strict = false });
        Assert.Equal([("first.weight", "first.weight"), ("first.bias", "first.bias")], report.Matched);
        Assert.Equal(2, report.OtherShapes.Length);
        Assert.True(state.Parameter("first.weight").SequenceEqual(other.Parameter("first.weight")));

        var smaller = NetworkState.Create(Network.Input(3).Dense(2, name: "first"), 7);
        Assert.Contains("2 left over ('second.", Assert.Throws<InvalidDataException>(() => StateDictionary.Load(File, smaller)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_differ_are_mapped_by_rules()
    {
        var rules = NameMapping.Parse("""
            # ours -> theirs
            dense1.* -> fc.0.*
            batchNorm*.weight -> features.*.bn.weight
            """);
        Assert.Equal("fc.0.bias", rules.Map("dense1.bias"));
        Assert.Equal("features.12.bn.weight", rules.Map("batchNorm12.weight"));
        Assert.Equal("dense2.bias", rules.Map("dense2.bias"));
        Assert.Contains("line 2", Assert.Throws<FormatException>(() => NameMapping.Parse("a -> b\nc")).Message, StringComparison.Ordinal);
        Assert.Contains("more stars", Assert.Throws<FormatException>(() => NameMapping.Parse("a -> *")).Message, StringComparison.Ordinal);

        var state = RandomState.Of(Network.Input(3).Dense(2));
        StateDictionary.Save(File, state, new() { Names = rules.Map });
        Assert.Equal(["fc.0.bias", "fc.0.weight"], SafeTensorFile.Read(File).Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
        var back = NetworkState.Create(state.Network, 5);
        Assert.True(StateDictionary.Load(File, back, new() { Names = rules.Map }).IsComplete);
        StateAssert.Same(state, back);
    }

    [Theory]
    [InlineData(new byte[] { 0x50, 0x4B, 3, 4 })]
    [InlineData(new byte[] { 0x80, 2, 0x8A, 0x0A })]
    public void A_pickle_is_refused_with_the_line_that_converts_it(byte[] start)
    {
        System.IO.File.WriteAllBytes(File, [.. start, .. new byte[100]]);
        Assert.Contains("s.save_file(torch.load(", Assert.Throws<InvalidDataException>(() => StateDictionary.Load(File, NetworkState.Create(Network.Input(3).Dense(2), 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_whose_length_begins_like_a_pickle_is_read()
    {
        // 0x0480 bytes: the first two of the file are those of a pickle of protocol 4.
        const int length = 0x480;
        var header = """{"dense1.bias":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"dense1.weight":{"dtype":"F32","shape":[1,1],"data_offsets":[4,8]}}""".PadRight(length);
        System.IO.File.WriteAllBytes(File, [.. BitConverter.GetBytes((long)length), .. Encoding.UTF8.GetBytes(header), .. BitConverter.GetBytes(2f), .. BitConverter.GetBytes(3f)]);
        var state = NetworkState.Create(Network.Input(1).Dense(1), 1);
        StateDictionary.Load(File, state);
        Assert.Equal(3, state.Parameter("dense1.weight")[0]);
    }

    [Fact]
    public void Values_that_no_training_leaves_are_refused_and_change_nothing()
    {
        var network = Network.Input(2).BatchNormalization().Dense(1);
        var state = RandomState.Of(network, population: false);
        foreach (var spoil in new Action<NetworkState>[] { s => s.Parameter("dense1.bias")[0] = float.NaN, s => s.Statistic("batchNorm1.movingVariance")[1] = -1 })
        {
            var bad = state.Clone();
            spoil(bad);
            StateDictionary.Save(File, bad);
            var target = NetworkState.Create(network, 3);
            var before = target.Clone();
            Assert.Contains("damaged", Assert.Throws<InvalidDataException>(() => StateDictionary.Load(File, target)).Message, StringComparison.Ordinal);
            StateAssert.Same(before, target);
        }
    }

    private static void Count(Span<float> values)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = i;
    }
}
