using System.Collections.Immutable;
using System.Text.Json;
using static System.FormattableString;

namespace Batchwise;

public sealed partial record RunLog
{
    private const int DeepestJson = 8;

    /// <summary>Writes the log to a run's folder, whole or not at all.</summary>
    /// <param name="folder">The folder, which is made if it is not there; a log in it is replaced.</param>
    /// <exception cref="InvalidOperationException">A number is infinite or NaN, which JSON cannot hold.</exception>
    public void Save(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        RequireFinite();
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, FileName), stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
            Write(json);
        });
    }

    /// <summary>Reads the log of a run's folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="FileNotFoundException">There is no log in it.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, no log or no regular file; the message says what is wrong.
    /// </exception>
    public static RunLog Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no {FileName} in '{folder}': give the folder that 'batchwise train' was given with --run.");
        var bytes = DiskReading.ReadAll(path, path);
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = DeepestJson });
            return Read(new JsonFields(document.RootElement, "the log"));
        }
        // Beside what is no JSON: text that is no UTF-8, and a setting that is there twice.
        catch (Exception error) when (error is JsonException or InvalidDataException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidDataException($"{path} is damaged, or no log of a run: {error.Message}", error);
        }
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WriteString("command", Command);
        json.WriteString("network", Network);
        json.WriteString("data", Data);
        json.WriteNumber("batch", BatchSize);
        json.WriteNumber("steps", Steps);
        json.WriteNumber("seed", Seed);
        json.WriteString("loss", Loss);
        json.WriteStartObject("optimizer");
        json.WriteString("name", Optimizer.Name);
        json.WriteNumber("learningRate", Optimizer.LearningRate);
        json.WriteString("schedule", Optimizer.Schedule);
        json.WriteNumber("weightDecay", Optimizer.WeightDecay);
        json.WriteBoolean("decayAll", Optimizer.DecayAll);
        json.WriteStartObject("settings");
        foreach (var (name, value) in Optimizer.Settings)
            json.WriteNumber(name, value);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("reports");
        foreach (var report in Reports)
        {
            json.WriteStartObject();
            json.WriteNumber("step", report.Step);
            json.WriteNumber("loss", report.Loss);
            // None where a single value is learned.
            if (!double.IsNaN(report.Accuracy))
                json.WriteNumber("accuracy", report.Accuracy);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteBoolean("diverged", Divergence is not null);
        if (Divergence is { } divergence)
        {
            json.WriteStartObject("divergence");
            json.WriteNumber("step", divergence.Step);
            json.WriteString("where", divergence.Where);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static RunLog Read(JsonFields log)
    {
        var version = log.Whole("version", 1);
        if (version > Version)
            throw new InvalidDataException(Invariant($"it has version {version}, and this Batchwise reads up to {Version}: use a newer one."));
        var optimizer = log.Object("optimizer");
        var steps = log.Whole("steps", 0);
        return new()
        {
            Command = log.Text("command"),
            Network = log.Text("network"),
            Data = log.Text("data"),
            BatchSize = (int)log.Whole("batch", 1, int.MaxValue),
            Steps = steps,
            Seed = log.Unsigned("seed"),
            Loss = log.Text("loss"),
            Optimizer = new()
            {
                Name = optimizer.Text("name"),
                LearningRate = optimizer.Number("learningRate"),
                Schedule = optimizer.Text("schedule"),
                WeightDecay = optimizer.Number("weightDecay"),
                DecayAll = optimizer.Flag("decayAll"),
                Settings = optimizer.Object("settings").Numbers().ToImmutableSortedDictionary(StringComparer.Ordinal),
            },
            Reports = [.. log.Objects("reports").Select(report =>
                new TrainingProgress(report.Whole("step", 0), steps, report.Number("loss"), report.Number("accuracy", otherwise: double.NaN)))],
            Divergence = log.Flag("diverged")
                ? new(log.Object("divergence").Whole("step", 0), log.Object("divergence").Text("where"))
                : null,
        };
    }

    private void RequireFinite()
    {
        if (!double.IsFinite(Optimizer.LearningRate) || !double.IsFinite(Optimizer.WeightDecay) || !Optimizer.Settings.Values.All(double.IsFinite))
            throw new InvalidOperationException("A setting of the optimizer is infinite or NaN, which a log cannot hold: log the settings of an optimizer that runs.");
        foreach (var report in Reports)
        {
            if (!double.IsFinite(report.Loss) || double.IsInfinity(report.Accuracy))
                throw new InvalidOperationException(Invariant($"The report of step {report.Step} is infinite or NaN, which a log cannot hold: log it as a Divergence."));
        }
    }
}
