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

    [Fact]
    public void A_plan_of_40000_layers_is_compiled_and_printed()
    {
        var watch = Stopwatch.StartNew();
        var state = NetworkState.Create(Read(Description(40_000)), 0);
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

    private static string Settings(int count)
    {
        var settings = string.Join(',', Enumerable.Range(0, count).Select(i => Invariant($"\"setting{i}\":\"{i}\"")));
        return $$$"""{"version":1,"layers":[{"name":"n","kind":"input","inputs":[],"settings":{"shape":"2",{{{settings}}}}}]}""";
    }
}
