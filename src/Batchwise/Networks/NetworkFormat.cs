using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Batchwise;

/// <summary>A network as JSON text and back: the graph without weights, as a model file's metadata holds it.</summary>
public static class NetworkFormat
{
    /// <summary>The version that <see cref="Write"/> writes and the highest that is read.</summary>
    public const int Version = 1;

    private const int DeepestJson = 16;

    /// <summary>The network as JSON on one line.</summary>
    public static string Write(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteStartArray("layers");
            foreach (var node in network.Nodes)
            {
                json.WriteStartObject();
                json.WriteString("name", network.NameOf(node));
                json.WriteString("kind", node.Layer.Kind);
                json.WriteStartArray("inputs");
                foreach (var input in node.Inputs)
                    json.WriteStringValue(network.NameOf(input));
                json.WriteEndArray();
                json.WriteStartObject("settings");
                foreach (var (name, value) in node.Layer.Attributes.Values)
                    json.WriteString(name, value);
                json.WriteEndObject();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The network that <see cref="Write"/> wrote.</summary>
    /// <param name="text">The JSON.</param>
    /// <param name="registry">Which layers it may hold.</param>
    /// <exception cref="InvalidDataException">It is no such text; the message says where and what.</exception>
    public static Network Read(string text, LayerRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = DeepestJson });
            return Read(document.RootElement, registry);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"The network's description is damaged: {error.Message}", error);
        }
    }

    private static Network Read(JsonElement root, LayerRegistry registry)
    {
        var version = root.GetProperty("version").GetInt32();
        if (version is < 1 or > Version)
            throw new InvalidDataException($"The network's description has version {version}; this Batchwise reads up to {Version}: use a newer one.");

        var nodes = new Dictionary<string, Node>();
        Node? last = null;
        foreach (var layer in root.GetProperty("layers").EnumerateArray())
        {
            var name = layer.GetProperty("name").GetString()!;
            try
            {
                var inputs = ImmutableArray.CreateBuilder<Node>();
                foreach (var input in layer.GetProperty("inputs").EnumerateArray())
                {
                    inputs.Add(nodes.TryGetValue(input.GetString()!, out var node)
                        ? node
                        : throw new InvalidDataException($"it takes its input from '{input.GetString()}', which does not come before it"));
                }
                var settings = LayerAttributes.Empty;
                foreach (var setting in layer.GetProperty("settings").EnumerateObject())
                    settings = settings.With(setting.Name, setting.Value.GetString()!);
                last = new Node(registry.Read(layer.GetProperty("kind").GetString()!, settings), inputs.ToImmutable(), name);
            }
            catch (Exception error) when (error is ArgumentException or InvalidDataException)
            {
                throw new InvalidDataException($"Layer '{name}' of the network's description is wrong: {error.Message}", error);
            }
            if (!nodes.TryAdd(name, last))
                throw new InvalidDataException($"Two layers of the network's description are named '{name}'.");
        }
        if (last is null)
            throw new InvalidDataException("The network's description holds no layer.");
        try
        {
            return new Network(last);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"The network's description is wrong: {error.Message}", error);
        }
    }
}
