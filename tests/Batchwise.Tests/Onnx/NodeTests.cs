using Batchwise.Onnx;
using Batchwise.Onnx.Protocol;

namespace Batchwise.Tests.Onnx;

/// <summary>
/// ONNX's own tests of its operators: each passes, or stands in <c>NodeTests.tsv</c> with the reason for which it is refused, which is
/// part of the message.
/// </summary>
public class NodeTests
{
    // ONNX's test runner allows 1e-3 relative and 1e-7 absolute; these are float32 results of float32 inputs.
    private const double Relative = 1e-5;
    private const double Absolute = 1e-6;

    private static readonly string? Folder = Repository.Shared is { } shared && Directory.Exists(Path.Combine(shared, "onnx-node-tests")) ? Path.Combine(shared, "onnx-node-tests") : null;

    /// <summary>Operators on whole tensors, which are one sample each; all others have the batch as their first axis.</summary>
    private static readonly string[] WithoutBatch = ["test_add", "test_sub", "test_mul", "test_div", "test_prelu"];

    private static readonly Dictionary<string, string> Refused = File
        .ReadAllLines(Path.Combine(Repository.Root, "tests", "Batchwise.Tests", "Onnx", "NodeTests.tsv"))
        .Select(line => line.Split('\t')).ToDictionary(parts => parts[0], parts => parts[1]);

    public static TheoryData<string> Names => Folder is null
        ? ["(none)"]
        : [.. Directory.GetDirectories(Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_operator_test_passes_or_is_refused_for_its_reason(string name)
    {
        Assert.SkipWhen(Folder is null, "There is no ../shared/onnx-node-tests beside the repository.");
        var isRefused = Refused.TryGetValue(name, out var reason);
        try
        {
            Check(Path.Combine(Folder!, name), WithoutBatch.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
        }
        catch (InvalidDataException error)
        {
            Assert.True(isRefused, $"{name} is refused: {error.Message}");
            Assert.Contains(reason!, error.Message, StringComparison.Ordinal);
            return;
        }
        Assert.False(isRefused, $"{name} passes, so that it does not belong into the table.");
    }

    [Fact]
    public void The_table_names_no_test_that_is_not_there()
    {
        Assert.SkipWhen(Folder is null, "There is no ../shared/onnx-node-tests beside the repository.");
        Assert.Empty(Refused.Keys.Except(Directory.GetDirectories(Folder!).Select(path => Path.GetFileName(path))));
    }

    private static void Check(string folder, bool withoutBatch)
    {
        var proto = OnnxImport.Parse(File.ReadAllBytes(Path.Combine(folder, "model.onnx")));
        var data = Path.Combine(folder, "test_data_set_0");
        var graph = proto.Graph;
        // All inputs but the first are constants.
        for (var i = graph.Input.Count - 1; i > 0; i--)
        {
            var tensor = Tensor(Path.Combine(data, $"input_{i}.pb"));
            tensor.Name = graph.Input[i].Name;
            graph.Initializer.Add(tensor);
            graph.Input.RemoveAt(i);
        }
        while (graph.Output.Count > 1)
            graph.Output.RemoveAt(1);
        if (graph.Input.Count == 0)
        {
            CheckConstant(proto, data);
            return;
        }
        if (withoutBatch)
            graph.Input[0].Type.TensorType.Shape.Dim.Insert(0, new TensorShapeProto.Types.Dimension { DimValue = 1 });
        var training = graph.Node.Any(node => node.Attribute.Any(attribute => attribute.Name == "training_mode" && attribute.I != 0));
        var model = OnnxImport.Read(proto, null, new(), out var reader);
        var input = new TensorReader(null).Read(Tensor(Path.Combine(data, "input_0.pb"))).Floats!;
        var expected = new TensorReader(null).Read(Tensor(Path.Combine(data, "output_0.pb"))).Floats!;
        var count = input.Length / model.Network.InputShape.Size;
        Assert.Equal(expected.Length, count * model.Network.OutputShape.Size);
        var x = Ordered(input, reader.InputView!, inverse: false);
        var y = training ? Train(model, x, count)
            : Enumerable.Range(0, count).SelectMany(i => model.Predict(x.AsSpan(i * model.Network.InputShape.Size, model.Network.InputShape.Size))).ToArray();
        if (graph.Node.Any(node => node.OpType == "LogSoftmax"))
            y = Array.ConvertAll(y, value => MathF.Log(value));
        var actual = Ordered(y, reader.OutputView!, inverse: true);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(actual[i] - expected[i]) <= Absolute + Relative * Math.Max(Math.Abs(expected[i]), 1), $"value {i} is {actual[i]}, not {expected[i]}");
    }

    /// <summary>A graph of constants alone is no network; its only node is read all the same.</summary>
    private static void CheckConstant(ModelProto proto, string data)
    {
        var reader = new GraphReader(proto.Graph, new TensorReader(null));
        var node = new OnnxNode(Assert.Single(proto.Graph.Node), proto.OpsetImport[0].Version, _ => throw new InvalidDataException());
        var value = Assert.IsType<ConstantValue>(Assert.Single(Operators.All[node.Operator](node, reader)));
        Assert.Equal(new TensorReader(null).Read(Tensor(Path.Combine(data, "output_0.pb"))).Floats, value.Tensor.Floats);
    }

    private static float[] Train(Model model, float[] x, int count)
    {
        var reference = new ReferenceNetwork(model.Network, count, NetworkMode.Training);
        reference.Load(model.State);
        return [.. reference.Forward(Array.ConvertAll(x, value => (double)value), count).ToArray().Select(value => (float)value)];
    }

    /// <summary>Samples from ONNX's order into that of memory, or back.</summary>
    private static float[] Ordered(float[] values, ValueView view, bool inverse)
    {
        var places = view.Places();
        var result = new float[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var other = i / places.Length * places.Length + places[i % places.Length];
            if (inverse)
                result[other] = values[i];
            else
                result[i] = values[other];
        }
        return result;
    }

    private static TensorProto Tensor(string path) => TensorProto.Parser.ParseFrom(File.ReadAllBytes(path));
}
