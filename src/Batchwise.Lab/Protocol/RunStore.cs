using System.Text;
using System.Text.Json;

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
    public RunResult? Find(RunRequest request)
    {
        var path = PathOf(request);
        if (!File.Exists(path))
            return null;
        try
        {
            var result = JsonSerializer.Deserialize(File.ReadAllText(path), ResultJson.Readable.RunResult);
            return result?.Spec == request.Canonical ? result : null;
        }
        catch (JsonException)
        {
            // What cannot be read is run again, and written over.
            return null;
        }
    }

    /// <summary>Keeps a result: the file is there whole or not at all.</summary>
    public void Keep(RunRequest request, RunResult result) =>
        AtomicFile.Write(PathOf(request), stream => stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(result, ResultJson.Readable.RunResult) + "\n")));

    private string PathOf(RunRequest request) => Path.Combine(folder, request.Key + ".json");
}
