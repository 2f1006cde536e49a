using System.Globalization;

namespace Batchwise;

/// <summary>What a model does to an input before the network sees it: x becomes (x - Mean) Scale, then 1 or 0 by a threshold.</summary>
/// <param name="Mean">Subtracted first. Default: 0.</param>
/// <param name="Scale">Multiplied next. Default: 1.</param>
/// <param name="Threshold">Values above become 1, others 0 (the paper's binary images); null, the default, leaves them.</param>
public sealed record Preprocessing(float Mean = 0, float Scale = 1, float? Threshold = null)
{
    /// <summary>Inputs as they are.</summary>
    public static Preprocessing None { get; } = new();

    /// <summary>Binary images from pixels in [0, 1]: 1 where a pixel is above 127 / 255, as <c>Dataset.Binarize</c> does.</summary>
    public static Preprocessing Binary { get; } = new(Threshold: 127.5f / 255);

    internal void Apply(Span<float> input)
    {
        if (this == None)
            return;
        foreach (ref var value in input)
        {
            value = (value - Mean) * Scale;
            if (Threshold is { } threshold)
                value = value > threshold ? 1 : 0;
        }
    }

    internal string Text() => string.Create(CultureInfo.InvariantCulture, $"mean={Mean:R} scale={Scale:R} threshold={(Threshold is { } t ? t.ToString("R", CultureInfo.InvariantCulture) : "none")}");

    internal static Preprocessing Parse(string text)
    {
        var parts = text.Split(' ');
        float Number(int place, string name) =>
            parts.Length == 3 && parts[place].StartsWith(name + "=", StringComparison.Ordinal)
            && float.TryParse(parts[place][(name.Length + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value)
                ? value
                : throw new InvalidDataException($"the preprocessing '{text}' is none: expected mean=M scale=S threshold=T");
        return new(Number(0, "mean"), Number(1, "scale"), parts.Length == 3 && parts[2] == "threshold=none" ? null : Number(2, "threshold"));
    }
}
