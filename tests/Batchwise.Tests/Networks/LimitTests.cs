namespace Batchwise.Tests.Networks;

/// <summary>The limits of docs/conventions.md that no single layer has; those of layers are among the refusals.</summary>
public class LimitTests
{
    private const int MostLayers = 65_536;

    [Fact]
    public void A_network_may_have_65536_layers_and_no_more()
    {
        var network = new Network(Chain(MostLayers));
        Assert.Equal(MostLayers, network.Nodes.Length);
        var error = Assert.Throws<ArgumentException>(() => new Network(Chain(MostLayers + 1)));
        Assert.Equal("A network has at most 65536 layers; this one has 65537.", error.Message);
    }

    /// <summary>One task per sample: their number is told before memory is taken for them.</summary>
    [Fact]
    public void A_batch_of_more_tasks_than_can_be_counted_is_refused_when_its_plan_is_compiled()
    {
        var state = NetworkState.Create(Network.Input(1, 1, 1).GlobalAveragePool(), 0);
        var error = Assert.Throws<ArgumentException>(() => Plan.Compile(state, NetworkMode.Inference, 1 << 22, StandardLayers.Catalogue));
        Assert.Equal(
            "A batch of 4194304 is too large for this network: with 'global average pool' of layer 'globalAveragePool1' it makes 4194304 tasks at a time, and 4194303 are the most: choose a smaller batch.",
            error.Message);
    }

    [Fact]
    public void What_a_plan_needs_beside_the_layers_values_is_limited_too()
    {
        var error = Assert.Throws<ArgumentException>(() => PlanBuilder.Row("panels", (1L << 33) + 7, perSample: false));
        Assert.Equal("The plan would need 8589934599 floats for 'panels', and 1073741824 are the most: choose a smaller batch, or a network with smaller layers.", error.Message);
        Assert.Throws<ArgumentException>(() => PlanBuilder.Fixed("slots", 2, Shape.MaxSize));
        Assert.Equal(Shape.MaxSize, PlanBuilder.Row("panels", Shape.MaxSize, perSample: false).Length(1));
    }

    /// <summary>Systems that promise more memory than they have would end the process.</summary>
    [Fact]
    public void More_memory_than_the_machine_has_is_refused_before_it_is_touched()
    {
        var floats = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / sizeof(float) + 1;
        Assert.Contains("which this machine does not have", Assert.Throws<InsufficientMemoryException>(() => new AlignedMemory(floats)).Message, StringComparison.Ordinal);
    }

    /// <summary>Small files that ended the process, ran for minutes or gave a wrong shape.</summary>
    [Fact]
    public void Models_of_enormous_sizes_are_refused_when_they_are_read()
    {
        var folder = Repository.SharedOrSkip("cases/models");
        string[] names = ["lrn-av-avg", "lrn-1e9", "big-averagePool-2", "big-maxPool-2", "maxpool-av", "conv-av", "cli-avgpool", "pad-conv", "padbomb", "concat2"];
        foreach (var path in names.Select(name => Path.Combine(folder, $"{name}.safetensors")))
        {
            var error = Assert.Throws<InvalidDataException>(() => Model.Load(path));
            Assert.StartsWith($"{path} cannot be read: Layer '", error.Message, StringComparison.Ordinal);
        }
        var graph = File.ReadAllText(Path.Combine(folder, "lrn-graph-accessviolation.json"));
        Assert.StartsWith(
            "Layer 'localResponseNorm1' of the network's description is wrong: The window of local response normalization has 2147483647 channels",
            Assert.Throws<InvalidDataException>(() => NetworkFormat.Read(graph, StandardLayers.Registry)).Message, StringComparison.Ordinal);
    }

    private static Node Chain(int layers)
    {
        var node = Network.Input(1).Output;
        for (var i = 1; i < layers; i++)
            node = new Node(new Tanh(), [node]);
        return node;
    }
}
