namespace Batchwise.Tests.Formats;

public sealed class SafeTensorWriteTests : IDisposable
{
    private static readonly NamedTensor Weight = NamedTensor.From("weight", [2, 1], [0.5f, -0.5f]);

    private readonly FormatsFolder folder = new();

    private string Target => folder.File("model.safetensors");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_on_disk_reads_back()
    {
        SafeTensorFile.Write(Target, [Weight, NamedTensor.From("step", [], [7L])], new Dictionary<string, string> { ["version"] = "1" });
        var file = SafeTensorFile.Read(Target);
        Assert.Equal(["weight: Float32 [2, 1]", "step: Int64 []"], file.Tensors.Select(tensor => tensor.ToString()));
        Assert.Equal([0.5f, -0.5f], file["weight"].ToSingle());
        Assert.Equal("1", file.Metadata["version"]);
        Assert.Equal(["model.safetensors"], folder.Names());
    }

    [Fact]
    public void Larger_elements_lie_first_and_the_given_order_is_listed()
    {
        SafeTensorFile.Write(Target, [NamedTensor.From("bytes", [3], new byte[] { 1, 2, 3 }), NamedTensor.From("double", [1], [1d]), Weight], null);
        var bytes = File.ReadAllBytes(Target);
        Assert.Equal([1, 2, 3], bytes[^3..]);
        Assert.Equal(1d, BitConverter.ToDouble(bytes, bytes.Length - 8 - 8 - 3));
        Assert.Equal(["bytes", "double", "weight"], SafeTensorFile.Read(Target).Tensors.Select(tensor => tensor.Name));
    }

    [Fact]
    public void Tensors_that_fail_to_come_leave_the_old_file_as_it_was()
    {
        SafeTensorFile.Write(Target, [Weight], null);
        var before = File.ReadAllBytes(Target);
        Assert.Throws<TimeoutException>(() => SafeTensorFile.Write(Target, Failing(), null));
        Assert.Equal(before, File.ReadAllBytes(Target));
        Assert.Equal(["model.safetensors"], folder.Names());
    }

    [Fact]
    public void What_cannot_be_written_is_refused_before_a_byte_is()
    {
        var twice = Assert.Throws<ArgumentException>("tensors", () => SafeTensorFile.Write(Target, [Weight, Weight], null));
        Assert.StartsWith("Two tensors to write are named 'weight'", twice.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("tensors", () => SafeTensorFile.Write(Target, [Weight, null!], null));
        Assert.Throws<ArgumentException>("metadata", () => SafeTensorFile.Write(Target, [Weight], new Dictionary<string, string> { ["a"] = "\ud800" }));
        Assert.Throws<ArgumentException>("metadata", () => SafeTensorFile.Write(Target, [Weight], new Dictionary<string, string> { ["\ud800"] = "a" }));
        Assert.Throws<ArgumentException>("metadata", () => SafeTensorFile.Write(Target, [Weight], new Dictionary<string, string> { ["a"] = null! }));
        Assert.Empty(folder.Names());
        using var stream = new MemoryStream();
        Assert.Throws<ArgumentException>(() => SafeTensorFile.Write(stream, [Weight, Weight], null));
        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public void Streams_stay_open_and_need_not_seek()
    {
        using var stream = new MemoryStream();
        stream.Write("before"u8);
        SafeTensorFile.Write(stream, [Weight], null);
        stream.Position = 6;
        Assert.Equal([0.5f, -0.5f], SafeTensorFile.Read(stream, "a stream")["weight"].ToSingle());
        Assert.Equal(stream.Length, stream.Position);

        using var compressed = new MemoryStream();
        using (var deflate = new System.IO.Compression.DeflateStream(compressed, System.IO.Compression.CompressionMode.Compress, leaveOpen: true))
            SafeTensorFile.Write(deflate, [Weight], null);
        compressed.Position = 0;
        using var inflate = new System.IO.Compression.DeflateStream(compressed, System.IO.Compression.CompressionMode.Decompress);
        Assert.Equal([0.5f, -0.5f], SafeTensorFile.Read(inflate, "a stream")["weight"].ToSingle());
    }

    [Fact]
    public void A_part_of_an_array_is_a_file_too()
    {
        byte[] bytes = [9, 9, .. SafeTensorBytes.Written([Weight]), 9];
        var tensor = SafeTensorFile.Read(bytes.AsMemory(2, bytes.Length - 3))["weight"];
        bytes.AsSpan().Clear();
        Assert.Equal([0.5f, -0.5f], tensor.ToSingle());
    }

    [Fact]
    public void A_damaged_file_is_named_by_its_path()
    {
        File.WriteAllBytes(Target, SafeTensorBytes.Written([Weight])[..^1]);
        var message = Assert.Throws<InvalidDataException>(() => SafeTensorFile.Read(Target)).Message;
        Assert.Equal($"{Target}: tensor 'weight' ends at byte 8 of the data, of which the file has 7; the file is damaged or no safetensors file: copy or export it again.", message);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains(Target, Assert.Throws<FileNotFoundException>(() => SafeTensorFile.Read(Target)).Message, StringComparison.Ordinal);

    private static IEnumerable<NamedTensor> Failing()
    {
        yield return Weight;
        throw new TimeoutException();
    }
}
