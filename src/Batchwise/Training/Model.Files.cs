namespace Batchwise;

public sealed partial class Model
{
    private const string NetworkKey = "batchwise.network";

    /// <summary>
    /// Writes the model to a safetensors file, whose metadata holds the network, the meaning of its outputs, the classes'
    /// names and the preprocessing. The file is written whole or not at all.
    /// </summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <exception cref="IOException">The folder does not exist, the disk is full, or the file is in use.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder may not be written.</exception>
    public void Save(string path)
    {
        var metadata = new Dictionary<string, string> { [NetworkKey] = NetworkFormat.Write(Network) };
        ExampleMetadata.Write(metadata, Meaning, ClassNames, Preprocessing);
        SafeTensorFile.Write(path, StateTensors.Of(State), metadata);
    }

    /// <summary>Reads a model that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="registry">Which layers it may hold; null for those of Batchwise.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or no model of Batchwise; the message says what is wrong.</exception>
    public static Model Load(string path, LayerRegistry? registry = null)
    {
        var file = SafeTensorFile.Read(path);
        if (!file.Metadata.TryGetValue(NetworkKey, out var text))
        {
            throw new InvalidDataException(
                $"{path} holds tensors but no network: it was not written by Batchwise. Name the network it belongs to with Model.LoadAs(path, network).");
        }
        try
        {
            return Load(file, path, NetworkFormat.Read(text, registry ?? StandardLayers.Registry));
        }
        catch (InvalidDataException error) when (!error.Message.Contains(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads the values of a given network from a safetensors file, whoever wrote it.</summary>
    /// <param name="path">The file; its tensors bear the network's names (<c>dense1.weight</c>: [in, out]).</param>
    /// <param name="network">The network.</param>
    /// <param name="meaning">What the outputs mean. Default: what the file says, else logits of classes.</param>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, a tensor is missing or has another shape, or the outputs cannot mean that.
    /// </exception>
    public static Model LoadAs(string path, Network network, OutputMeaning? meaning = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        return Load(SafeTensorFile.Read(path), path, network, meaning);
    }

    private static Model Load(SafeTensorFile file, string path, Network network, OutputMeaning? given = null)
    {
        StateTensors.RequireAll(file, path, network);
        var state = NetworkState.Create(network, 0);
        StateTensors.Read(file, path, state);
        var (meaning, classNames, preprocessing) = ExampleMetadata.Read(file, path, network, given);
        try
        {
            return new Model(state, meaning) { ClassNames = classNames, Preprocessing = preprocessing ?? Preprocessing.None };
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{path} cannot be read: {error.Message}", error);
        }
    }
}
