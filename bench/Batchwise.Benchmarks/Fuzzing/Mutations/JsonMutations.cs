using System.Text;
using System.Text.Json;

namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>
/// Mutations of JSON text that leave it JSON, nearly always: a value is replaced, an item removed or given twice. A string that
/// itself holds JSON is mutated within, as a string.
/// </summary>
static class JsonMutations
{
    private static readonly IReadOnlyList<string> Oddities =
        ["null", "true", "false", "[]", "{}", "[[]]", "\"\"", "\"NaN\"", "\"-Infinity\"", "\"\\ud800\"", "\"\\u0000\"",
            "\"same\"", "\"../x\"", "\"1x1\"", "\"a b\"", "[1,2,3,4,5,6,7,8,9]"];

    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 256 };

    /// <summary>A part of the text.</summary>
    /// <param name="ItemStart">Where the item starts: at its name in an object, else at the value.</param>
    /// <param name="Start">Where the value starts.</param>
    /// <param name="End">Behind the value.</param>
    /// <param name="Kind">What the value is.</param>
    private readonly record struct Part(int ItemStart, int Start, int End, JsonTokenType Kind);

    /// <summary>One change of a text; what is no JSON stays as it is.</summary>
    public static byte[] Change(byte[] json, FuzzRandom random)
    {
        if (Parts(json) is not { Count: > 1 } parts)
            return json;
        var part = parts[1 + random.Below(parts.Count - 1)];
        if (part.Kind == JsonTokenType.String && Within(json, part, random) is { } within && !random.OneIn(4))
            return Replace(json, part, within);
        return random.Below(8) switch
        {
            0 => Remove(json, part),
            1 => Twice(json, part),
            2 => Replace(json, part, Slice(json, parts[random.Below(parts.Count)])),
            3 => Replace(json, part, Encoding.UTF8.GetBytes(random.Of(Oddities))),
            4 or 5 when parts.FindAll(other => other.Kind == part.Kind) is { Count: > 1 } alike =>
                Replace(json, part, Slice(json, random.Of(alike))),
            _ => Replace(json, part, Number(part.Kind, random)),
        };
    }

    private static byte[] Number(JsonTokenType kind, FuzzRandom random)
    {
        var text = random.Of(ExtremeNumbers.Texts);
        return Encoding.UTF8.GetBytes(kind == JsonTokenType.String ? $"\"{text}\"" : text);
    }

    private static byte[]? Within(byte[] json, Part part, FuzzRandom random)
    {
        if (!Slice(json, part).Contains((byte)'{'))
            return null;
        try
        {
            var text = JsonSerializer.Deserialize(Slice(json, part), FuzzJson.Default.String)!;
            return JsonSerializer.SerializeToUtf8Bytes(Encoding.UTF8.GetString(Change(Encoding.UTF8.GetBytes(text), random)),
                FuzzJson.Default.String);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[] Remove(byte[] json, Part part)
    {
        var (start, end) = (part.ItemStart, part.End);
        while (end < json.Length && json[end] is (byte)' ' or (byte)'\n')
            end++;
        if (end < json.Length && json[end] == ',')
            end++;
        else
        {
            while (start > 0 && json[start - 1] is (byte)' ' or (byte)'\n')
                start--;
            if (start > 0 && json[start - 1] == ',')
                start--;
        }
        return [.. json.AsSpan(0, start), .. json.AsSpan(end)];
    }

    private static byte[] Twice(byte[] json, Part part) =>
        [.. json.AsSpan(0, part.End), (byte)',', .. json.AsSpan(part.ItemStart)];

    private static byte[] Replace(byte[] json, Part part, ReadOnlySpan<byte> value) =>
        [.. json.AsSpan(0, part.Start), .. value, .. json.AsSpan(part.End)];

    private static ReadOnlySpan<byte> Slice(byte[] json, Part part) => json.AsSpan(part.Start..part.End);

    /// <summary>All values, each behind those that enclose it; null for what is no JSON.</summary>
    private static List<Part>? Parts(byte[] json)
    {
        var parts = new List<Part>();
        var open = new Stack<int>();
        var reader = new Utf8JsonReader(json, Deep);
        try
        {
            int? name = null;
            while (reader.Read())
            {
                var (start, end) = ((int)reader.TokenStartIndex, (int)reader.BytesConsumed);
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        name = start;
                        continue;
                    case JsonTokenType.EndArray or JsonTokenType.EndObject:
                        var at = open.Pop();
                        parts[at] = parts[at] with { End = end };
                        break;
                    case JsonTokenType.StartArray or JsonTokenType.StartObject:
                        open.Push(parts.Count);
                        goto default;
                    default:
                        parts.Add(new(name ?? start, start, end, reader.TokenType));
                        break;
                }
                name = null;
            }
            return parts;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
