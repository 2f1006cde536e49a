using Batchwise.Onnx;

namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>ONNX models; a network that is read is run on one sample.</summary>
sealed class OnnxReader : FuzzReader
{
    public const string Title = "onnx";

    public override string Name => Title;

    // Before the last version Gelu is written by operators that are not read.
    private static readonly OnnxExportOptions Last = new() { Opset = OnnxExportOptions.LargestOpset };

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. from network in SeedNetworks.All
           from options in new[] { Last, Last with { Folded = false, ChannelsFirst = network.InputShape.Rank == 3,
               Probabilities = true } }
           select PrivateFolder.Written(".onnx", path => OnnxExport.Save(SeedNetworks.ModelOf(network), path, options)),
    ];

    public override IReadOnlyList<Mutation> Mutations => ProtobufMutations.All;

    public override void Read(byte[] input, string folder) =>
        SeedNetworks.Run(OnnxImport.Load(Place(input, folder, "input.onnx")));
}
