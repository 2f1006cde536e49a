using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Batchwise.Lab;

/// <summary>Keeps finished runs in a folder, a file each, so that none is run twice.</summary>
sealed class RunStore
{
    private readonly string folder;

    /// <summary>Opens the folder <c>runs</c> in a results folder; it is made if it is not there.</summary>
    public RunStore(string results)
    {
        folder = Path.Combine(results, "runs");
        Directory.CreateDirectory(folder);
    }

    /// <summary>The kept result of a request; null if there is none, or the file is not that run's.</summary>
    public RunResult? Find(RunRequest request) =>
        Read(PathOf(request), ResultJson.Readable.RunResult) is { } result && result.Spec == request.Canonical ? result : null;

    /// <summary>What was measured on a request's trained state; null if nothing was.</summary>
    public Measurement? FindMeasured(RunRequest request, string name) =>
        Read(PathOf(request, name), ResultJson.Readable.Measurement) is { } measured && measured.Spec == request.Canonical ? measured : null;

    /// <summary>Keeps a result: the file is there whole or not at all.</summary>
    public void Keep(RunRequest request, RunResult result) =>
        AtomicFile.Write(PathOf(request), stream => stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(result, ResultJson.Readable.RunResult) + "\n")));

    /// <summary>Keeps what was measured on a request's trained state.</summary>
    public void Keep(RunRequest request, Measurement measured) =>
        AtomicFile.Write(PathOf(request, measured.Name), stream => stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(measured, ResultJson.Readable.Measurement) + "\n")));

    // What cannot be read is run again, and written over.
    private static T? Read<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string PathOf(RunRequest request, string? measured = null) =>
        Path.Combine(folder, measured is null ? $"{request.Key}.json" : $"{request.Key}.{measured}.json");
}
