using System.Diagnostics;
using System.Text;
using static System.FormattableString;

namespace Batchwise.Tests.Execution;

/// <summary>
/// Reading and compiling a network takes work in proportion to its layers, or little more. Times would depend on the machine, so what is
/// held is the memory allocated on the way, which every list made anew for each layer drives up.
/// </summary>
public class DeepNetworkTests(ITestOutputHelper output)
{
    private const int Few = 1000;
    private const int Times = 4;

    // In proportion, and half as much again for what grows by the logarithm and for arrays that double.
    private const double MostGrowth = Times * 1.5;

    [Fact]
    public void A_description_is_read_in_proportion_to_its_layers() => Grows(layers => () => Read(Description(layers)));

    [Fact]
    public void A_layer_is_read_in_proportion_to_its_settings() => Grows(settings => () => Read(Settings(settings)));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_plan_is_compiled_in_proportion_to_its_layers(bool maps) => Grows(layers =>
    {
        var state = NetworkState.Create(Read(Description(layers, maps)), 0);
        var slots = new[] { new AlignedMemory(state.Memory.Length) };
        return () => new TrainingPlan(state, new Sgd(0.1f, 0.9f), Loss.SoftmaxCrossEntropy, [.. slots], 2);
    });

    /// <summary>
    /// Many branches from one map that meet in one layer: pointwise convolutions of one map, which a plan may join.
    /// </summary>
    [Theory]
    [InlineData("sum")]
    [InlineData("concatenation")]
    public void So_is_one_of_many_branches(string join) => Grows(branches => () =>
        new TrainingPlan(NetworkState.Create(Read(Branches(branches, join)), 0), new Sgd(0.1f), Loss.SoftmaxCrossEntropy, [], 2));

    /// <summary>No line lists all inputs of a join, and no long name widens all lines.</summary>
    [Fact]
    public void A_network_and_its_plan_are_printed_in_proportion_to_their_layers() => Grows(branches => () =>
    {
        var name = new string('n', 10 * branches);
        var network = Read(Branches(branches, "sum")).Then(new Relu(), name);
        var plan = new TrainingPlan(NetworkState.Create(network, 0), new Sgd(0.1f), Loss.SoftmaxCrossEntropy, [],
            2).Plan.ToString();
        Assert.Contains($"  n1 n2 n3 n4 and {branches - 4:N0} more  ", network.ToString(), StringComparison.Ordinal);
        Assert.Contains($"{name[..247]}...  ", network.ToString(), StringComparison.Ordinal);
        Assert.Contains($"{name[..247]}...  ", plan, StringComparison.Ordinal);
        return plan;
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_plan_of_40000_layers_is_compiled_and_printed(bool branches)
    {
        var watch = Stopwatch.StartNew();
        var state = NetworkState.Create(Read(branches ? Branches(40_000, "concatenation") : Description(40_000)), 0);
        output.WriteLine(Invariant($"{watch.Elapsed.TotalSeconds:0.00} s: made"));
        var plan = new TrainingPlan(state, new Sgd(0.1f), Loss.SoftmaxCrossEntropy, [], 2).Plan;
        output.WriteLine(Invariant($"{watch.Elapsed.TotalSeconds:0.00} s: compiled"));
        Assert.Contains("Training plan for up to 2 samples", plan.ToString(), StringComparison.Ordinal);
        output.WriteLine(Invariant($"{watch.Elapsed.TotalSeconds:0.00} s: printed"));
    }

    private void Grows(Func<int, Func<object>> prepare)
    {
        Allocated(prepare(Few));
        var (few, many) = (Allocated(prepare(Few)), Allocated(prepare(Times * Few)));
        output.WriteLine(Invariant($"{few} bytes for {Few}, {many} for {Times * Few}: {(double)many / few:0.00} times"));
        Assert.True(many < MostGrowth * few, Invariant($"{Times} times as many take {(double)many / few:0.0} times the memory: {few} and {many} bytes."));
    }

    private static long Allocated(Func<object> work)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(work());
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static Network Read(string text) => NetworkFormat.Read(text, StandardLayers.Registry);

    /// <summary>Groups of a linear layer, batch normalization, a rectifier, dropout, and a sum with what came before them.</summary>
    private static string Description(int layers, bool maps = false)
    {
        const string statistics = """ "epsilon":"1e-05","newBatchWeight":"0.1","cumulativeAverage":"false","trainAffine":"true","updateStatistics":"true","useBatchStatistics":"true" """;
        var linear = maps
            ? """ "kind":"convolution","settings":{"outputs":"2","kernel":"1x1","stride":"1x1","dilation":"1x1","padding":"same","groups":"1","bias":"false","weights":"xavier"} """
            : """ "kind":"dense","settings":{"outputs":"2","bias":"false","weights":"xavier"} """;
        string[] kinds =
        [
            linear, $$$""" "kind":"batchNorm","settings":{{{{statistics}}}} """, """ "kind":"relu","settings":{} """,
            """ "kind":"dropout","settings":{"probability":"0.5"} """, """ "kind":"sum","settings":{} """,
        ];
        var text = new StringBuilder($$$"""{"version":1,"layers":[{"name":"n0","kind":"input","inputs":[],"settings":{"shape":"{{{(maps ? "2x2x2" : "2")}}}"}}""");
        for (var i = 1; i < layers; i++)
        {
            var kind = (i - 1) % kinds.Length;
            var second = kind == 4 ? Invariant($",\"n{i - 5}\"") : "";
            text.Append(Invariant($",{{\"name\":\"n{i}\",{kinds[kind]},\"inputs\":[\"n{i - 1}\"{second}]}}"));
        }
        return text.Append("]}").ToString();
    }

    /// <summary>Pointwise convolutions of the input, and a layer that takes them all.</summary>
    private static string Branches(int count, string join)
    {
        var text = new StringBuilder("""{"version":1,"layers":[{"name":"n0","kind":"input","inputs":[],"settings":{"shape":"2x2x2"}}""");
        for (var i = 1; i <= count; i++)
            text.Append(Invariant($$""",{"name":"n{{i}}","kind":"convolution","settings":{"outputs":"2","kernel":"1x1","stride":"1x1","dilation":"1x1","padding":"same","groups":"1","bias":"false","weights":"xavier"},"inputs":["n0"]}"""));
        var inputs = string.Join(',', Enumerable.Range(1, count).Select(i => Invariant($"\"n{i}\"")));
        return text.Append($$""",{"name":"join","kind":"{{join}}","settings":{},"inputs":[{{inputs}}]}]}""").ToString();
    }

    private static string Settings(int count)
    {
        var settings = string.Join(',', Enumerable.Range(0, count).Select(i => Invariant($"\"setting{i}\":\"{i}\"")));
        return $$$"""{"version":1,"layers":[{"name":"n","kind":"input","inputs":[],"settings":{"shape":"2",{{{settings}}}}}]}""";
    }
}
