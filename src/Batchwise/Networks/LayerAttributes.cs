using System.Collections.Immutable;
using System.Globalization;

namespace Batchwise;

/// <summary>A layer's settings as named values: what a model file keeps of it and what the printer shows.</summary>
public sealed class LayerAttributes
{
    private readonly ImmutableArray<KeyValuePair<string, string>> values;

    private LayerAttributes(ImmutableArray<KeyValuePair<string, string>> values) => this.values = values;

    /// <summary>No settings.</summary>
    public static LayerAttributes Empty { get; } = new([]);

    /// <summary>The settings in order, each value as invariant text.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Values => values;

    /// <summary>These settings and one more.</summary>
    /// <param name="name">The setting's name, which none of these has.</param>
    /// <param name="value">Its value, as invariant text.</param>
    /// <exception cref="ArgumentException">There is a setting of that name already.</exception>
    public LayerAttributes With(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        return Has(name) ? throw new ArgumentException($"There is a setting '{name}' already.", nameof(name)) : new(values.Add(new(name, value)));
    }

    /// <inheritdoc cref="With(string, string)"/>
    public LayerAttributes With(string name, double value) => With(name, value.ToString("R", CultureInfo.InvariantCulture));

    /// <inheritdoc cref="With(string, string)"/>
    public LayerAttributes With(string name, bool value) => With(name, value ? "true" : "false");

    /// <summary>Settings of which no two have the same name.</summary>
    internal static LayerAttributes Of(ImmutableArray<KeyValuePair<string, string>> values) => new(values);

    /// <summary>Whether a setting is there.</summary>
    internal bool Has(string name) => values.Any(pair => pair.Key == name);

    /// <summary>A setting as text.</summary>
    /// <param name="name">The setting's name.</param>
    /// <exception cref="InvalidDataException">It is missing.</exception>
    public string Text(string name)
    {
        foreach (var (key, value) in values)
        {
            if (key == name)
                return value;
        }
        throw new InvalidDataException($"the setting '{name}' is missing.");
    }

    /// <summary>A setting as a number.</summary>
    /// <param name="name">The setting's name.</param>
    /// <exception cref="InvalidDataException">It is missing or no number.</exception>
    public double Number(string name) =>
        double.TryParse(Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InvalidDataException($"the setting '{name}' is '{Text(name)}', not a number.");

    /// <summary>A setting as a whole number.</summary>
    /// <param name="name">The setting's name.</param>
    /// <exception cref="InvalidDataException">It is missing or no whole number of 32 bits.</exception>
    public int Integer(string name) =>
        int.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InvalidDataException($"the setting '{name}' is '{Text(name)}', not a whole number.");

    /// <summary>A setting that is true or false.</summary>
    /// <param name="name">The setting's name.</param>
    /// <exception cref="InvalidDataException">It is missing or neither.</exception>
    public bool Flag(string name) => Text(name) switch
    {
        "true" => true,
        "false" => false,
        var other => throw new InvalidDataException($"the setting '{name}' is '{other}', neither true nor false."),
    };

    /// <summary>A setting that is true or false, and that is left out where it is <paramref name="otherwise"/>.</summary>
    /// <param name="name">The setting's name.</param>
    /// <param name="otherwise">What it is where it is left out.</param>
    /// <exception cref="InvalidDataException">It is neither.</exception>
    public bool Flag(string name, bool otherwise) => Has(name) ? Flag(name) : otherwise;

    /// <summary>The settings as <c>name=value</c>, separated by spaces.</summary>
    public override string ToString() => string.Join(' ', values.Select(pair => $"{pair.Key}={pair.Value}"));
}
