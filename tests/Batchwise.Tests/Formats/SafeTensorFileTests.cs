using System.Collections.Immutable;
using System.Text;
using CsCheck;

namespace Batchwise.Tests.Formats;

public class SafeTensorFileTests
{
    /// <summary>Two floats, 1 and -2, spelled out after the format's description.</summary>
    private static readonly byte[] Golden =
    [
        0x38, 0, 0, 0, 0, 0, 0, 0,
        .. """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}  """u8,
        0x00, 0x00, 0x80, 0x3F,
        0x00, 0x00, 0x00, 0xC0,
    ];

    [Fact]
    public void The_golden_file_reads()
    {
        var file = SafeTensorFile.Read(Golden);
        var tensor = Assert.Single(file.Tensors);
        Assert.Equal(("a", ElementType.Float32), (tensor.Name, tensor.ElementType));
        Assert.Equal([2], tensor.Shape);
        Assert.Equal([1f, -2f], tensor.ToSingle());
        Assert.Empty(file.Metadata);
    }

    /// <summary>The same with its checksum, computed elsewhere: SHA-256 of 1, "a", 3, "F32", 1, 2 and the elements.</summary>
    [Fact]
    public void The_golden_file_with_its_checksum_is_what_is_written() => Assert.Equal(
        [
            168, 0, 0, 0, 0, 0, 0, 0,
            .. """{"__metadata__":{"batchwise.checksum":"sha256:af54f11f5f4cbbbc655633eef002c2b87be90c165d29728bd9c679b3007770a2"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}  """u8,
            .. Golden.AsSpan(^8),
        ], SafeTensorBytes.Written([NamedTensor.From("a", [2], [1f, -2f])]));

    [Fact]
    public void Another_writers_file_reads()
    {
        // Every type, white space, another order of properties and of bytes, escapes, no padding: all allowed.
        var header = """
            { "scalar" : {"shape":[ ],"data_offsets":[8,16],"dtype":"F64"},
              "__metadata__": {"format":"pt", "note":"\u03b3 \"quoted\""},
              "labels":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},
              "\u03b2":{"dtype":"I32","shape":[1,1],"data_offsets":[16,20]},
              "none":{"dtype":"F32","shape":[3,0],"data_offsets":[20,20]},
              "":{"dtype":"U8","shape":[3],"data_offsets":[20,23]} }

            """;
        var file = SafeTensorFile.Read(SafeTensorBytes.File(header, 23));
        Assert.Equal(["scalar", "labels", "\u03b2", "none", ""], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([0x0706050403020100], file["labels"].ToInt64());
        Assert.Equal([BitConverter.Int64BitsToDouble(0x0F0E0D0C0B0A0908)], file["scalar"].ToDouble());
        Assert.Equal([0x13121110], file["\u03b2"].ToInt64());
        Assert.Equal([20, 21, 22], file[""].ToInt64());
        Assert.Empty(file["none"].ToSingle());
        Assert.Equal([3, 0], file["none"].Shape);
        Assert.Equal(2, file.Metadata.Count);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal("\u03b3 \"quoted\"", file.Metadata["note"]);
    }

    [Fact]
    public void A_file_may_hold_nothing()
    {
        Assert.Empty(SafeTensorFile.Read(SafeTensorBytes.Written([])).Tensors);
        Assert.Empty(SafeTensorFile.Read(SafeTensorBytes.File("{}")).Tensors);
        Assert.Empty(SafeTensorFile.Read(SafeTensorBytes.File("""{"__metadata__":{}}""")).Metadata);
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        foreach (var (tensors, metadata) in SafeTensorBytes.Samples(Content, 300))
        {
            var bytes = SafeTensorBytes.Written(tensors, metadata);
            var file = SafeTensorFile.Read(bytes);
            Assert.Equal(tensors.Select(Description), file.Tensors.Select(Description));
            Assert.Equal(metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal), file.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal));
            Assert.All(tensors, tensor => Assert.Equal(tensor.Bytes.ToArray(), file[tensor.Name].Bytes.ToArray()));
            // And written once more it has the same bytes: nothing was lost, and nothing depends on chance.
            Assert.Equal(bytes, SafeTensorBytes.Written(file.Tensors, file.Metadata));
        }
    }

    [Fact]
    public void Data_and_every_tensor_in_it_lie_aligned()
    {
        foreach (var (tensors, metadata) in SafeTensorBytes.Samples(Content, 100))
        {
            var bytes = SafeTensorBytes.Written(tensors, metadata);
            var length = (int)BitConverter.ToUInt64(bytes);
            Assert.Equal(0, (8 + length) % 8);
            var header = SafeTensorHeaderReader.Read(bytes.AsSpan(8, length), new SafeTensorFault("test"));
            Assert.All(header.Entries, entry => Assert.Equal(0, entry.Begin % entry.Type.Size()));
        }
    }

    [Fact]
    public void Metadata_is_written_in_one_order_and_readable()
    {
        NamedTensor[] tensors = [NamedTensor.From("a", [1], new byte[] { 1 })];
        var one = new Dictionary<string, string> { ["b"] = """{"graph":["é<&>"]}""", ["B"] = "2", ["a"] = "" };
        var other = new Dictionary<string, string> { ["a"] = "", ["b"] = one["b"], ["B"] = "2" };
        var bytes = SafeTensorBytes.Written(tensors, one);
        Assert.Equal(bytes, SafeTensorBytes.Written(tensors, other));
        Assert.Contains("""{"__metadata__":{"B":"2","a":"","b":"{\"graph\":[\"é<&>\"]}","batchwise.checksum":"sha256:""", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_not_there_is_answered_with_those_that_are()
    {
        var few = SafeTensorFile.Read(SafeTensorBytes.Written([NamedTensor.From("a", [1], [1f]), NamedTensor.From("b", [1], [1f])]));
        Assert.False(few.TryGet("A", out var tensor));
        Assert.Null(tensor);
        Assert.Equal(
            "safetensors in memory: there is no tensor 'A'; the file has 'a', 'b': check the name, or that the file is the one meant.",
            Assert.Throws<KeyNotFoundException>(() => few["A"]).Message);
        var many = SafeTensorFile.Read(SafeTensorBytes.Written(Enumerable.Range(0, 9).Select(i => NamedTensor.From($"t{i}", [1], [1f]))));
        Assert.Contains("the file has 't0', 't1', 't2', 't3', 't4' and 4 more:", Assert.Throws<KeyNotFoundException>(() => many["x"]).Message, StringComparison.Ordinal);
        var none = SafeTensorFile.Read(SafeTensorBytes.File("{}"));
        Assert.Contains("the file has no tensors at all:", Assert.Throws<KeyNotFoundException>(() => none["x"]).Message, StringComparison.Ordinal);
    }

    private static string Description(NamedTensor tensor) => tensor.ToString();

    /// <summary>Up to six tensors of any types and shapes, and a few texts.</summary>
    private static Gen<(NamedTensor[] Tensors, Dictionary<string, string> Metadata)> Content
    {
        get
        {
            var text = Gen.OneOf(Gen.String[Gen.Char.AlphaNumeric, 0, 12], Gen.String[0, 8].Where(NamedTensor.IsUnicode), Gen.Const("\"\\\n\u0000 \u03b3 \U0001F600"));
            var name = text.Where(candidate => candidate != NamedTensor.MetadataName);
            var tensor = Gen.Select(name, Gen.Enum<ElementType>(), Gen.Int[0, 3].Array[0, 4], Gen.Int).Select((title, type, extents, seed) => Tensor(title, type, [.. extents], seed));
            return Gen.Select(tensor.Array[0, 6], Gen.Select(text, text).Array[0, 4]).Select((tensors, pairs) =>
                (tensors.DistinctBy(item => item.Name).ToArray(), pairs.DistinctBy(pair => pair.Item1).ToDictionary(pair => pair.Item1, pair => pair.Item2)));
        }
    }

    private static NamedTensor Tensor(string name, ElementType type, ImmutableArray<int> shape, int seed)
    {
        var random = new Philox((uint)seed, RandomPurpose.Experiment, 0);
        var count = shape.Aggregate(1, (product, extent) => product * extent);
        var bits = Enumerable.Range(0, count).Select(_ => ((long)random.NextBits() << 32) | random.NextBits()).ToArray();
        return type switch
        {
            ElementType.Float32 => NamedTensor.From(name, shape, Array.ConvertAll(bits, value => BitConverter.Int32BitsToSingle((int)value))),
            ElementType.Float64 => NamedTensor.From(name, shape, Array.ConvertAll(bits, BitConverter.Int64BitsToDouble)),
            ElementType.Int64 => NamedTensor.From(name, shape, bits),
            ElementType.Int32 => NamedTensor.From(name, shape, Array.ConvertAll(bits, value => (int)value)),
            _ => NamedTensor.From(name, shape, Array.ConvertAll(bits, value => (byte)value)),
        };
    }
}
