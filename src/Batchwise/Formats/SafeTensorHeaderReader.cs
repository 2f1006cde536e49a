using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Unicode;

namespace Batchwise;

/// <summary>
/// Reads the JSON header of a safetensors file that nobody vouches for. It goes forward only and refuses the first thing
/// that has no place in a header, so neither depth nor size of hostile JSON costs more than the header itself.
/// </summary>
internal ref struct SafeTensorHeaderReader
{
    private readonly SafeTensorFault fault;
    private Utf8JsonReader json;

    private SafeTensorHeaderReader(ReadOnlySpan<byte> header, SafeTensorFault fault)
    {
        this.fault = fault;
        json = new(header);
    }

    /// <summary>The entries in the header's order, and the metadata.</summary>
    /// <exception cref="InvalidDataException">The header is not as the format demands.</exception>
    public static SafeTensorHeader Read(ReadOnlySpan<byte> header, SafeTensorFault fault)
    {
        if (header.IsEmpty || header[0] != '{')
            throw fault.Of($"the header does not begin with an opening brace");
        if (!Utf8.IsValid(header))
            throw fault.Of($"the header is not valid UTF-8");
        var reader = new SafeTensorHeaderReader(header, fault);
        try
        {
            return reader.ReadFile();
        }
        catch (JsonException exception)
        {
            throw fault.Of($"the header is not JSON from byte {reader.json.BytesConsumed} on", exception);
        }
    }

    private SafeTensorHeader ReadFile()
    {
        var entries = new List<SafeTensorEntry>();
        var names = new HashSet<string>();
        Dictionary<string, string>? metadata = null;
        json.Read();
        while (NextProperty())
        {
            var name = Text();
            if (!names.Add(name))
                throw fault.Of($"the header has {Quotation.Of(name)} twice");
            json.Read();
            if (name == NamedTensor.MetadataName)
                metadata = ReadMetadata();
            else
                entries.Add(ReadEntry(name));
        }
        // What follows the closing brace may only be white space: anything else is a JsonException.
        json.Read();
        return new(entries, metadata ?? []);
    }

    private Dictionary<string, string> ReadMetadata()
    {
        if (json.TokenType != JsonTokenType.StartObject)
            throw fault.Of($"the metadata is no JSON object");
        var metadata = new Dictionary<string, string>();
        while (NextProperty())
        {
            var key = Text();
            json.Read();
            if (json.TokenType != JsonTokenType.String)
                throw fault.Of($"the metadata's {Quotation.Of(key)} is no string");
            if (!metadata.TryAdd(key, Text()))
                throw fault.Of($"the metadata has {Quotation.Of(key)} twice");
        }
        return metadata;
    }

    private SafeTensorEntry ReadEntry(string name)
    {
        if (json.TokenType != JsonTokenType.StartObject)
            throw fault.Of(name, $"is not described by a JSON object");
        ElementType? type = null;
        ImmutableArray<int>? shape = null;
        (long Begin, long End)? offsets = null;
        while (NextProperty())
        {
            var property = Text();
            json.Read();
            switch (property)
            {
                case "dtype" when type is null:
                    type = ReadType(name);
                    break;
                case "shape" when shape is null:
                    shape = ReadShape(name);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadOffsets(name);
                    break;
                case "dtype" or "shape" or "data_offsets":
                    throw fault.Of(name, $"has its {property} twice");
                default:
                    throw fault.Of(name, $"has {Quotation.Of(property)}, which is none of dtype, shape and data_offsets");
            }
        }
        if (type is null || shape is null || offsets is null)
            throw fault.Of(name, $"lacks its {(type is null ? "dtype" : shape is null ? "shape" : "data_offsets")}");
        return new(name, type.Value, shape.Value, offsets.Value.Begin, offsets.Value.End);
    }

    private ElementType ReadType(string name)
    {
        if (json.TokenType != JsonTokenType.String)
            throw fault.Of(name, $"has a dtype that is no string");
        var text = Text();
        if (!ElementTypes.TryParse(text, out var type))
            throw fault.Unsupported(name, $"has the dtype {Quotation.Of(text)}, which is not read here", $"convert it to {ElementTypes.Names}");
        return type;
    }

    private ImmutableArray<int> ReadShape(string name)
    {
        if (json.TokenType != JsonTokenType.StartArray)
            throw fault.Of(name, $"has a shape that is no JSON array");
        var shape = ImmutableArray.CreateBuilder<int>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt32(out var extent) || extent < 0)
                throw fault.Of(name, $"has an extent in its shape that is no integer from 0 to {int.MaxValue}");
            shape.Add(extent);
        }
        return shape.DrainToImmutable();
    }

    private (long Begin, long End) ReadOffsets(string name)
    {
        Span<long> offsets = stackalloc long[2];
        var count = 0;
        if (json.TokenType == JsonTokenType.StartArray)
        {
            while (json.Read() && json.TokenType == JsonTokenType.Number && count < 2 && json.TryGetInt64(out offsets[count]) && offsets[count] >= 0)
                count++;
        }
        if (count != 2 || json.TokenType != JsonTokenType.EndArray)
            throw fault.Of(name, $"has data_offsets that are not two 64-bit integers from 0 on");
        return (offsets[0], offsets[1]);
    }

    /// <summary>Steps to the next name of the object at hand, or over its end.</summary>
    private bool NextProperty() => json.Read() && json.TokenType == JsonTokenType.PropertyName;

    private readonly string Text()
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            // JSON may spell half of a surrogate pair as an escape, which no text can hold.
            throw fault.Of($"the header holds an escape at byte {json.TokenStartIndex} that is not Unicode", exception);
        }
    }
}
