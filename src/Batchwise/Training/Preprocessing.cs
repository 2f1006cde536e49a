using System.Collections.Immutable;
using System.Globalization;
using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// What a model does to an input before the network sees it: x becomes (x - Mean) Scale, then 1 or 0 by a threshold. Mean and
/// scale are one for all values, or one per channel.
/// </summary>
/// <param name="Mean">Subtracted first. Default: 0.</param>
/// <param name="Scale">Multiplied next. Default: 1.</param>
/// <param name="Threshold">Values above become 1, others 0 (the paper's binary images); null, the default, leaves them.</param>
public sealed record Preprocessing(float Mean = 0, float Scale = 1, float? Threshold = null)
{
    /// <summary>Inputs as they are.</summary>
    public static Preprocessing None { get; } = new();

    /// <summary>Binary images from pixels in [0, 1]: 1 where a pixel is above 127 / 255, as <c>Dataset.Binarize</c> does.</summary>
    public static Preprocessing Binary { get; } = new(Threshold: 127.5f / 255);

    /// <summary>A mean for each channel, subtracted in place of <see cref="Mean"/>; empty, the default, where one serves all.</summary>
    public ImmutableArray<float> ChannelMeans
    {
        get;
        init => field = value.IsDefault ? [] : value;
    } = [];

    /// <summary>A scale for each channel, in place of <see cref="Scale"/>; as many as <see cref="ChannelMeans"/>.</summary>
    public ImmutableArray<float> ChannelScales
    {
        get;
        init => field = value.IsDefault ? [] : value;
    } = [];

    /// <summary>
    /// What gives every channel mean 0 and deviation 1 over some examples: the training set's, so that nothing is learned from
    /// others. The deviation is the biased one, over all places of all examples; a channel that never varies is only shifted.
    /// </summary>
    /// <param name="examples">The training examples, raw and not augmented.</param>
    /// <exception cref="ArgumentException">There are no examples, they are prepared already, or an input is not finite.</exception>
    public static Preprocessing Standardizing(IExamples examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        RequireRaw(examples);
        var moments = new InputMoments(examples);
        ImmutableArray<float> means = [.. moments.Mean.Select(mean => (float)mean)];
        ImmutableArray<float> scales = [.. moments.Variance.Select(variance => variance > 0 ? (float)(1 / Math.Sqrt(variance)) : 1)];
        return means.Length == 1 ? new(means[0], scales[0]) : new() { ChannelMeans = means, ChannelScales = scales };
    }

    /// <summary>
    /// Examples as the network is to see them, as a view: each input is changed when it is copied. A trainer that learns from them
    /// remembers how they were prepared (<see cref="Trainer.Preprocessing"/>), prepares raw examples in the same way, and gives it to its model.
    /// </summary>
    /// <param name="examples">The examples, raw or augmented.</param>
    /// <exception cref="ArgumentException">
    /// They are prepared already, there is not a mean and a scale for each of their channels, or a number is not finite.
    /// </exception>
    public IExamples Prepare(IExamples examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        RequireFit(examples.Shape);
        if (this == None)
            return examples;
        RequireRaw(examples);
        return new PreparedExamples(examples, this);
    }

    /// <summary>Examples as a network of this preprocessing is to see them: raw ones are prepared, those that were prepared so stay as they are.</summary>
    /// <exception cref="ArgumentException">They were prepared in another way.</exception>
    internal IExamples Complete(IExamples examples)
    {
        if (examples.Preprocessing == this)
            return examples;
        if (examples.Preprocessing == None)
            return Prepare(examples);
        throw new ArgumentException($"The examples are prepared by {examples.Preprocessing}, and the network takes {(this == None ? "raw ones" : $"those prepared by {this}")}: give raw examples.", nameof(examples));
    }

    private static void RequireRaw(IExamples examples)
    {
        if (examples.Preprocessing != None)
            throw new ArgumentException($"The examples are prepared already, by {examples.Preprocessing}: give them raw.", nameof(examples));
    }

    /// <summary>Whether both do the same to every input.</summary>
    /// <param name="other">The other.</param>
    public bool Equals(Preprocessing? other) => other is not null && Mean.Equals(other.Mean) && Scale.Equals(other.Scale) && Threshold.Equals(other.Threshold)
        && ChannelMeans.AsSpan().SequenceEqual(other.ChannelMeans.AsSpan()) && ChannelScales.AsSpan().SequenceEqual(other.ChannelScales.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Text().GetHashCode(StringComparison.Ordinal);

    /// <summary>As model files have it: <c>mean=0.5 scale=2 threshold=none</c>, with commas between the channels' numbers.</summary>
    public override string ToString() => Text();

    internal void Apply(Span<float> input)
    {
        if (!ChannelMeans.IsEmpty)
            ApplyToChannels(input);
        else if (Mean != 0 || Scale != 1)
            foreach (ref var value in input)
                value = (value - Mean) * Scale;
        if (Threshold is { } threshold)
            foreach (ref var value in input)
                value = float.IsNaN(value) ? value : value > threshold ? 1 : 0;
    }

    internal void RequireFit(Shape shape)
    {
        if (ChannelMeans.Length != ChannelScales.Length || (!ChannelMeans.IsEmpty && ChannelMeans.Length != shape.Channels))
            throw new ArgumentException(Invariant($"Inputs of shape {shape} have {shape.Channels} channels, and there are {ChannelMeans.Length} means and {ChannelScales.Length} scales: give one of each per channel, or none."));
        if (!float.IsFinite(Mean) || !float.IsFinite(Scale) || !float.IsFinite(Threshold ?? 0) || !ChannelMeans.All(float.IsFinite) || !ChannelScales.All(float.IsFinite))
            throw new ArgumentException($"Preprocessing needs finite numbers, not {Text()}.");
    }

    internal string Text() => ChannelMeans.IsEmpty
        ? Text([Mean], [Scale])
        : Text(ChannelMeans, ChannelScales);

    internal static Preprocessing Parse(string text)
    {
        var parts = text.Split(' ');
        InvalidDataException None() => new($"the preprocessing '{text}' is none: expected mean=M scale=S threshold=T");
        ImmutableArray<float> Numbers(int place, string name) => parts.Length == 3 && parts[place].StartsWith(name + "=", StringComparison.Ordinal)
            ? [.. parts[place][(name.Length + 1)..].Split(',').Select(number =>
                float.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value) ? value : throw None())]
            : throw None();
        var (means, scales) = (Numbers(0, "mean"), Numbers(1, "scale"));
        var thresholds = parts[2] == "threshold=none" ? [] : Numbers(2, "threshold");
        if (means.Length != scales.Length || thresholds.Length > 1)
            throw None();
        float? threshold = thresholds.IsEmpty ? null : thresholds[0];
        return means.Length == 1
            ? new(means[0], scales[0], threshold)
            : new(Threshold: threshold) { ChannelMeans = means, ChannelScales = scales };
    }

    private void ApplyToChannels(Span<float> input)
    {
        var means = ChannelMeans.AsSpan();
        var scales = ChannelScales.AsSpan();
        for (var place = 0; place < input.Length; place += means.Length)
        {
            var values = input.Slice(place, means.Length);
            for (var channel = 0; channel < values.Length; channel++)
                values[channel] = (values[channel] - means[channel]) * scales[channel];
        }
    }

    private string Text(ImmutableArray<float> means, ImmutableArray<float> scales)
    {
        static string List(ImmutableArray<float> values) => string.Join(',', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
        return $"mean={List(means)} scale={List(scales)} threshold={(Threshold is { } value ? value.ToString("R", CultureInfo.InvariantCulture) : "none")}";
    }
}
