using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using static System.FormattableString;

namespace Batchwise;

/// <summary>A network as JSON text and back: the graph without weights, as a model file's metadata holds it.</summary>
public static class NetworkFormat
{
    /// <summary>The version that <see cref="Write"/> writes and the highest that is read.</summary>
    public const int Version = 1;

    private const int DeepestJson = 16;

    /// <summary>The network as JSON on one line.</summary>
    /// <param name="network">The network.</param>
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
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(registry);
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = DeepestJson, AllowDuplicateProperties = false });
            return FromJson(document.RootElement, registry);
        }
        // Beside what is no JSON: halves of surrogate pairs, raw (an ArgumentException) or escaped.
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidDataException($"The network's description is damaged: {error.Message}", error);
        }
    }

    private static Network FromJson(JsonElement root, LayerRegistry registry)
    {
        var nodes = new Dictionary<string, Node>();
        Node? last = null;
        foreach (var layer in Layers(root).EnumerateArray())
        {
            // A layer whose name cannot be read is called by its place.
            var name = (nodes.Count + 1).ToString(CultureInfo.InvariantCulture);
            try
            {
                name = Text(Field(layer, "name"), "name");
                last = ReadNode(layer, name, nodes, registry);
                if (!nodes.TryAdd(name, last))
                    throw new InvalidDataException("another layer has this name.");
            }
            catch (Exception error) when (error is ArgumentException or InvalidDataException)
            {
                throw new InvalidDataException($"Layer '{name}' of the network's description is wrong: {error.Message}", error);
            }
        }
        if (last is null)
            throw new InvalidDataException("The network's description holds no layer.");
        try
        {
            var network = new Network(last);
            if (network.Nodes.Length < nodes.Count)
            {
                var unused = nodes.Values.Except(network.Nodes).First().ExplicitName;
                throw new InvalidDataException($"Layer '{unused}' of the network's description leads nowhere: every layer must lead to the last one, which is the output.");
            }
            return network;
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"The network's description is wrong: {error.Message}", error);
        }
    }

    private static JsonElement Layers(JsonElement root)
    {
        try
        {
            var field = Field(root, "version");
            if (field.ValueKind != JsonValueKind.Number || !field.TryGetInt32(out var version) || version < 1)
                throw new InvalidDataException("the field 'version' is no whole number from 1 on.");
            if (version > Version)
                throw new InvalidDataException(Invariant($"it has version {version}, and this Batchwise reads up to {Version}: use a newer one."));
            return Expect(Field(root, "layers"), JsonValueKind.Array, "layers");
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"The network's description is wrong: {error.Message}", error);
        }
    }

    private static Node ReadNode(JsonElement layer, string name, Dictionary<string, Node> nodes, LayerRegistry registry)
    {
        var inputs = ImmutableArray.CreateBuilder<Node>();
        foreach (var element in Expect(Field(layer, "inputs"), JsonValueKind.Array, "inputs").EnumerateArray())
        {
            var input = Text(element, "inputs");
            inputs.Add(nodes.TryGetValue(input, out var node)
                ? node
                : throw new InvalidDataException($"it takes its input from '{input}', which does not come before it."));
        }
        var settings = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        foreach (var setting in Expect(Field(layer, "settings"), JsonValueKind.Object, "settings").EnumerateObject())
            settings.Add(new(setting.Name, Text(setting.Value, setting.Name)));
        return new Node(registry.Read(Text(Field(layer, "kind"), "kind"), LayerAttributes.Of(settings.ToImmutable())), inputs.ToImmutable(), name);
    }

    private static JsonElement Field(JsonElement parent, string name) =>
        Expect(parent, JsonValueKind.Object, null).TryGetProperty(name, out var value)
            ? value
            : throw new InvalidDataException($"the field '{name}' is missing.");

    private static string Text(JsonElement element, string field) => Expect(element, JsonValueKind.String, field).GetString()!;

    private static JsonElement Expect(JsonElement element, JsonValueKind kind, string? field)
    {
        if (element.ValueKind == kind)
            return element;
        var place = field is null ? "it" : $"the field '{field}'";
        throw new InvalidDataException($"{place} holds JSON of type {Name(element.ValueKind)} where type {Name(kind)} is needed.");

        static string Name(JsonValueKind kind) => kind.ToString().ToLowerInvariant();
    }
}
