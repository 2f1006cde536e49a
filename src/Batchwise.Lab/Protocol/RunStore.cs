using System.Security.Cryptography;
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

    /// <summary>The name of what a text determines: its hash, 32 hexadecimal digits.</summary>
    public static string KeyOf(string spec) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(spec)))[..32];

    /// <summary>The kept result of a run; null if there is none, or the file is not that run's.</summary>
    public TResult? Find<TResult>(string spec, JsonTypeInfo<TResult> type)
        where TResult : class, IKeptRun
    {
        var path = PathOf(spec);
        if (!File.Exists(path))
            return null;
        try
        {
            var result = JsonSerializer.Deserialize(File.ReadAllText(path), type);
            return result?.Spec == spec ? result : null;
        }
        catch (JsonException)
        {
            // What cannot be read is run again, and written over.
            return null;
        }
    }

    /// <summary>Keeps a result: the file is there whole or not at all.</summary>
    public void Keep<TResult>(TResult result, JsonTypeInfo<TResult> type)
        where TResult : class, IKeptRun =>
        AtomicFile.Write(PathOf(result.Spec), stream => stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(result, type) + "\n")));

    private string PathOf(string spec) => Path.Combine(folder, KeyOf(spec) + ".json");
}
