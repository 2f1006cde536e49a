using Batchwise.Onnx;
using Batchwise.Onnx.Protocol;
using Google.Protobuf;

namespace Batchwise.Tests.Onnx;

/// <summary>Files that were changed at random are refused in one sentence, or read as a network that runs.</summary>
public class HostileOnnxTests
{
    private const int Inputs = 300;

    private static readonly long[] Extremes = [0, -1, 1, 2, 7, 255, 65_536, 1L << 24, int.MaxValue, int.MinValue, 1L << 40, long.MaxValue, long.MinValue];

    public static TheoryData<string> Graphs => [.. GraphsOfOthers.All.Keys];

    [Theory]
    [MemberData(nameof(Graphs))]
    public void A_graph_with_one_thing_changed_is_refused_or_runs(string name)
    {
        for (ulong seed = 0; seed < Inputs; seed++)
        {
            var proto = GraphsOfOthers.All[name]();
            Change(proto.Graph, new Philox(seed, RandomPurpose.Experiment, 0));
            Try(() => OnnxImport.Read(proto, null, new()), $"{name}, {seed}");
        }
    }

    [Theory]
    [MemberData(nameof(Graphs))]
    public void So_is_a_file_with_some_bytes_changed_or_cut_off(string name)
    {
        var whole = GraphsOfOthers.All[name]().ToByteArray();
        for (ulong seed = 0; seed < Inputs; seed++)
        {
            var random = new Philox(seed, RandomPurpose.Experiment, 1);
            var bytes = random.NextInt(8) == 0 ? whole[..random.NextInt(whole.Length)] : [.. whole];
            for (var flips = 1 + random.NextInt(3); flips > 0 && bytes.Length > 0; flips--)
                bytes[random.NextInt(bytes.Length)] ^= (byte)(1 << random.NextInt(8));
            Try(() => OnnxImport.Read(OnnxImport.Parse(bytes), null, new()), $"{name}, {seed}");
        }
    }

    [Theory]
    [InlineData("../weights", "4", "in the model's own folder")]
    [InlineData("/etc/passwd", "4", "in the model's own folder")]
    [InlineData("..", "4", "in the model's own folder")]
    [InlineData("absent", "4", "no file beside the model")]
    [InlineData("link", "4", "no file beside the model")]
    [InlineData("weights", "4", "which has 16 bytes", "16")]
    [InlineData("weights", "4", "not a whole number", "-1")]
    [InlineData("weights", "4", "which has 16 bytes", "9223372036854775807")]
    [InlineData("weights", "8", "need 80")]
    public void Data_in_other_files_stay_within_the_folder_and_the_file(string location, string length, string expected, string offset = "0")
    {
        var folder = Directory.CreateTempSubdirectory("batchwise-onnx").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "weights"), new byte[16]);
            File.CreateSymbolicLink(Path.Combine(folder, "link"), Path.Combine(folder, "weights"));
            var tensor = new TensorProto { Name = "w", DataType = (int)TensorProto.Types.DataType.Float, DataLocation = TensorProto.Types.DataLocation.External };
            tensor.Dims.Add(length == "4" ? 1 : 20);
            foreach (var (key, value) in new[] { ("location", location), ("offset", offset), ("length", length) })
                tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
            Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => new TensorReader(folder).Read(tensor)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Try(Func<Model> read, string what)
    {
        Model model;
        try
        {
            model = read();
        }
        catch (Exception error)
        {
            Assert.True(error is InvalidDataException or InsufficientMemoryException, $"{what}: {error}");
            Assert.DoesNotContain('\n', error.Message);
            return;
        }
        if (model.Network.MultiplyAdds < 1_000_000 && model.Network.Nodes.All(node => node.Shape.Size < 1_000_000))
            model.Predict(new float[model.Network.InputShape.Size]);
    }

    /// <summary>Changes one number, name or list of a graph.</summary>
    private static void Change(GraphProto graph, Philox random)
    {
        var node = graph.Node[random.NextInt(graph.Node.Count)];
        var extreme = Extremes[random.NextInt(Extremes.Length)];
        switch (random.NextInt(9))
        {
            case 0 when node.Attribute.Any(attribute => attribute.Ints.Count > 0):
                var list = node.Attribute.First(attribute => attribute.Ints.Count > 0).Ints;
                list[random.NextInt(list.Count)] = extreme;
                break;
            case 1 when node.Attribute.Count > 0:
                var one = node.Attribute[random.NextInt(node.Attribute.Count)];
                (one.I, one.F) = (extreme, extreme);
                break;
            case 2 when graph.Initializer.Count > 0:
                var tensor = graph.Initializer[random.NextInt(graph.Initializer.Count)];
                if (tensor.Dims.Count > 0)
                    tensor.Dims[random.NextInt(tensor.Dims.Count)] = extreme;
                break;
            case 3 when graph.Initializer.Count > 0:
                graph.Initializer[random.NextInt(graph.Initializer.Count)].DataType = (int)(extreme % 20);
                break;
            case 4:
                node.OpType = Operators.All.Keys.ElementAt(random.NextInt(Operators.All.Count));
                break;
            case 5:
                var other = graph.Node[random.NextInt(graph.Node.Count)];
                node.Input[random.NextInt(node.Input.Count)] = other.Output[0];
                break;
            case 6:
                node.Input.RemoveAt(random.NextInt(node.Input.Count));
                break;
            case 7:
                var dims = graph.Input[0].Type.TensorType.Shape.Dim;
                dims[random.NextInt(dims.Count)].DimValue = extreme;
                break;
            default:
                node.Attribute.Clear();
                break;
        }
    }
}
