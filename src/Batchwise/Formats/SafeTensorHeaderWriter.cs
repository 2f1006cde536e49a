using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Batchwise;

/// <summary>Writes the JSON header of a safetensors file: the same bytes for the same content.</summary>
internal static class SafeTensorHeaderWriter
{
    /// <summary>What the start of the data is a multiple of.</summary>
    private const int Alignment = 8;

    /// <summary>The header, padded with spaces so that the data behind it starts aligned.</summary>
    /// <param name="entries">The tensors, in the order in which they are listed.</param>
    /// <param name="metadata">Listed by key in ordinal order; none if empty.</param>
    public static byte[] Write(IEnumerable<SafeTensorEntry> entries, IReadOnlyDictionary<string, string> metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        // Quotes stay readable as \", and letters of any language as themselves: no browser will read this.
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
                WriteMetadata(json, metadata);
            foreach (var entry in entries)
                WriteEntry(json, entry);
            json.WriteEndObject();
        }
        var length = (buffer.WrittenCount + Alignment - 1) / Alignment * Alignment;
        var header = new byte[length];
        buffer.WrittenSpan.CopyTo(header);
        header.AsSpan(buffer.WrittenCount).Fill((byte)' ');
        return header;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(NamedTensor.MetadataName);
        foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, SafeTensorEntry entry)
    {
        json.WriteStartObject(entry.Name);
        json.WriteString("dtype", entry.Type.FileName());
        json.WriteStartArray("shape");
        foreach (var extent in entry.Shape)
            json.WriteNumberValue(extent);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(entry.Begin);
        json.WriteNumberValue(entry.End);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
