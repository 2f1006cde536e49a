using System.Collections.Immutable;
using static System.FormattableString;

namespace Batchwise.Onnx;

/// <summary>What an export wrote.</summary>
/// <param name="Opset">The version of ONNX's operators.</param>
/// <param name="Operators">How often each operator occurs, in the order of their names.</param>
/// <param name="Weights">Values of all constants.</param>
/// <param name="Files">The files and their bytes: the model, and its data where these are apart.</param>
public sealed record OnnxExportReport(
    int Opset, ImmutableSortedDictionary<string, int> Operators, long Weights, ImmutableArray<(string Path, long Bytes)> Files)
{
    /// <summary>One line per file, then the operators.</summary>
    public override string ToString() => string.Join(Environment.NewLine,
    [
        .. Files.Select(file => Invariant($"{file.Path}: {file.Bytes:N0} bytes")),
        Invariant($"operator set {Opset}, {Operators.Values.Sum()} nodes, {Weights:N0} weights: {string.Join(", ", Operators.Select(entry => Invariant($"{entry.Value} {entry.Key}")))}"),
    ]);
}
