using System.Text.Json;
using static System.FormattableString;

namespace Batchwise;

/// <summary>The fields of a JSON object, each with the kind it must have; errors name the field and what is wrong.</summary>
sealed class JsonFields
{
    private readonly JsonElement element;
    private readonly string name;

    /// <summary>The fields of an object.</summary>
    /// <exception cref="InvalidDataException">It is no object.</exception>
    public JsonFields(JsonElement element, string name)
    {
        (this.element, this.name) = (element, name);
        if (element.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"{name} is no JSON object.");
    }

    public string Text(string field) => Field(field) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : throw Wrong(field, "no text");

    public bool Flag(string field) => Field(field) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value
        ? value.GetBoolean()
        : throw Wrong(field, "neither true nor false");

    /// <summary>A number, or what stands for it where it is left out.</summary>
    public double Number(string field, double otherwise) => element.TryGetProperty(field, out _) ? Number(field) : otherwise;

    public double Number(string field) => Finite(Field(field)) ?? throw Wrong(field, "no number");

    public ulong Unsigned(string field) => Field(field) is { ValueKind: JsonValueKind.Number } value && value.TryGetUInt64(out var whole)
        ? whole
        : throw Wrong(field, "no whole number from 0 on");

    public long Whole(string field, long least, long most = long.MaxValue) =>
        Field(field) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var whole) && whole >= least && whole <= most
            ? whole
            : throw Wrong(field, Invariant($"no whole number from {least} on"));

    public JsonFields Object(string field) => new(Field(field), $"the field '{field}'");

    public IEnumerable<JsonFields> Objects(string field)
    {
        var array = Field(field);
        if (array.ValueKind != JsonValueKind.Array)
            throw Wrong(field, "no list");
        return array.EnumerateArray().Select((item, i) => new JsonFields(item, Invariant($"entry {i + 1} of '{field}'")));
    }

    /// <summary>Every field of the object, each a number.</summary>
    public IEnumerable<KeyValuePair<string, double>> Numbers() => element.EnumerateObject().Select(field =>
        KeyValuePair.Create(field.Name, Finite(field.Value) ?? throw Wrong(field.Name, "no number")));

    private static double? Finite(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;

    private JsonElement Field(string field) => element.TryGetProperty(field, out var value)
        ? value
        : throw new InvalidDataException($"{name} has no field '{field}'.");

    private InvalidDataException Wrong(string field, string what) => new($"the field '{field}' of {name} is {what}.");
}
