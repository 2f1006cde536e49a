using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Batchwise;

/// <summary>
/// Parameters and statistics under the names and in the layouts of PyTorch, in a safetensors file: a state dictionary that moves both ways.
/// </summary>
/// <remarks>
/// <para>A layer keeps its name. Its tensors are called as PyTorch calls them: <c>weight</c>, <c>bias</c>, <c>running_mean</c>,
/// <c>running_var</c>, <c>num_batches_tracked</c>; weight normalization has <c>weight_g</c> and <c>weight_v</c>.</para>
/// <para>Layouts: a dense weight is [out, in], a convolution's [out, in / groups, height, width]. Where a map was flattened, PyTorch's
/// order is channels, height, width, and the rows of the next dense layer are turned with it.</para>
/// <code>
/// var state = NetworkState.Create(ResNet20.Create(), seed: 1);
/// StateDictionary.Load("resnet20.safetensors", state);
/// var model = new Model(state);
/// </code>
/// </remarks>
[SuppressMessage("Naming", "CA1711", Justification = "The field calls it a state dictionary.")]
public static class StateDictionary
{
    /// <summary>
    /// Fills a state from a file. Running statistics become the moving averages; population statistics become unknown, until they are
    /// estimated. Half and bfloat16 values are widened.
    /// </summary>
    /// <param name="path">A safetensors file. A pickle (.pt, .pth) is refused with the line that converts it.</param>
    /// <param name="state">The state; it stays as it is if the file is refused.</param>
    /// <param name="options">How names differ, and what may be missing; null is the default.</param>
    /// <returns>What matched and what was left over.</returns>
    /// <exception cref="InvalidDataException">
    /// The file is damaged or a pickle; or, unless <see cref="StateDictionaryOptions.Strict"/> is off, a tensor is missing, left over
    /// or of another shape. The message names the first few.
    /// </exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static StateDictionaryReport Load(string path, NetworkState state, StateDictionaryOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(state);
        options ??= new();
        var file = SafeTensorFile.Read(path);
        var matched = ImmutableArray.CreateBuilder<(string, string)>();
        var (missing, shapes) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<string>());
        var used = new HashSet<string>();
        var values = new List<(TorchTensor Tensor, NamedTensor Found)>();
        foreach (var tensor in TorchTensors.Of(state))
        {
            var name = options.Names?.Invoke(tensor.Name) ?? tensor.Name;
            if (!file.TryGet(name, out var found))
            {
                if (!tensor.IsOptional)
                    missing.Add(name);
                continue;
            }
            used.Add(name);
            if (!found.Shape.SequenceEqual(tensor.Shape))
            {
                shapes.Add($"{name}: [{string.Join(", ", found.Shape)}] in the file, [{string.Join(", ", tensor.Shape)}] in the network");
                continue;
            }
            matched.Add((tensor.Own, name));
            values.Add((tensor, found));
        }
        var report = new StateDictionaryReport(
            matched.ToImmutable(), missing.ToImmutable(), [.. file.Tensors.Select(tensor => tensor.Name).Where(name => !used.Contains(name))], shapes.ToImmutable());
        if (options.Strict && !report.IsComplete)
            throw new InvalidDataException($"{path} does not fit the network: {report.Differences()}");
        Fill(path, state, values);
        return report;
    }

    /// <summary>
    /// Writes a state. Running statistics are the population's where these are known, else the moving averages. The file is written whole
    /// or not at all.
    /// </summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="state">The state.</param>
    /// <param name="options">How names differ; null is the default.</param>
    /// <exception cref="IOException">The folder does not exist, the disk is full, or the file is in use.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder may not be written.</exception>
    /// <exception cref="ArgumentException">Two tensors are to have one name.</exception>
    public static void Save(string path, NetworkState state, StateDictionaryOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(state);
        SafeTensorFile.Write(path, TorchTensors.Of(state).Select(tensor => tensor.Write(options?.Names?.Invoke(tensor.Name) ?? tensor.Name)), metadata: null);
    }

    /// <summary>Reads all values before the first is stored, so that a damaged file changes nothing.</summary>
    private static void Fill(string path, NetworkState state, List<(TorchTensor Tensor, NamedTensor Found)> values)
    {
        var next = state.Clone();
        foreach (var entry in next.Statistics.Where(entry => entry.Spec.Role == StatisticRole.Population))
            entry.Values.AsSpan().Fill(double.NaN);
        foreach (var (tensor, found) in values)
        {
            if (!tensor.Read(found, next))
                throw new InvalidDataException($"The tensor {Quotation.Of(found.Name)} of {path} holds a value that is not finite, or a negative variance: the file is damaged.");
        }
        state.CopyMatching(next);
    }
}
