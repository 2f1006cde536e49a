using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Batchwise.Lab;

/// <summary>What is kept in a file of its own.</summary>
interface IKept
{
    /// <summary>What determines it.</summary>
    string Spec { get; }
}

/// <summary>
/// Keeps runs in a folder. A finished run is <c>KEY.json</c>; one that is not is <c>KEY-unfinished.json</c> with the trainer's checkpoint
/// beside it, <c>KEY-stepN.safetensors</c>. Several threads may use it, each for runs of its own.
/// </summary>
public sealed class RunStore
{
    private readonly string folder;
    private readonly ConcurrentQueue<string> remarks = [];

    /// <summary>Opens the folder <c>runs</c> in a results folder; it is made when there is something to keep.</summary>
    /// <param name="results">The results folder.</param>
    public RunStore(string results) => folder = Path.Combine(results, "runs");

    /// <summary>Which files were not trusted, so that their runs were made again, and which could not be written: a sentence each.</summary>
    public IReadOnlyList<string> Remarks => [.. remarks];

    /// <summary>The name of what a text determines: its hash, 32 hexadecimal digits.</summary>
    internal static string KeyOf(string spec) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(spec)))[..32];

    /// <summary>The kept result of a finished run; null if there is none, or it is not to be trusted, which <see cref="Remarks"/> then say.</summary>
    /// <param name="spec">What determines the run.</param>
    /// <param name="type">How a result is read.</param>
    /// <param name="fault">What in a result cannot be, as the end of a sentence; null if nothing.</param>
    internal TResult? Find<TResult>(string spec, JsonTypeInfo<TResult> type, Func<TResult, string?> fault)
        where TResult : class, IKept => Read(Finished(spec), spec, type, fault);

    /// <summary>
    /// Keeps the result of a finished run: the file is there whole or not at all. Then its checkpoints go. Where it cannot be
    /// written,
    /// <see cref="Remarks"/> say so: the result is worth more than its file.
    /// </summary>
    internal void Keep<TResult>(TResult result, JsonTypeInfo<TResult> type)
        where TResult : class, IKept
    {
        try
        {
            Directory.CreateDirectory(folder);
            Write(Finished(result.Spec), result, type);
            File.Delete(Unfinished(result.Spec));
            RemoveCheckpoints(result.Spec, but: null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Remark($"A finished run could not be kept, and is made again the next time. {error.Message}");
        }
    }

    /// <summary>What a run has that was interrupted, and its trainer; null where it has to begin anew.</summary>
    /// <param name="spec">What determines the run.</param>
    /// <param name="type">How it is read.</param>
    /// <param name="fault">What in it cannot be, as the end of a sentence; null if nothing.</param>
    /// <param name="resume">Makes the trainer of a checkpoint's path.</param>
    internal (UnfinishedRun<TPoint> Run, Trainer Trainer)? Resume<TPoint>(
        string spec, JsonTypeInfo<UnfinishedRun<TPoint>> type, Func<UnfinishedRun<TPoint>, string?> fault, Func<string, Trainer> resume)
        where TPoint : class, IRunPoint
    {
        if (Read(Unfinished(spec), spec, type, fault) is not { } run)
            return null;
        var path = Checkpoint(spec, run.Step);
        try
        {
            var trainer = resume(path);
            if (trainer.Step == run.Step)
                return (run, trainer);
            trainer.Dispose();
            Distrust(path, "it is of another step than its name says");
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            Distrust(path, error.Message);
        }
        return null;
    }

    /// <summary>Keeps a run that is not finished: whenever the program ends, this state or the one before it is there.</summary>
    /// <param name="run">What it has.</param>
    /// <param name="type">How it is written.</param>
    /// <param name="trainer">Its trainer, after the run's steps.</param>
    internal void KeepUnfinished<TPoint>(UnfinishedRun<TPoint> run, JsonTypeInfo<UnfinishedRun<TPoint>> type, Trainer trainer)
        where TPoint : class, IRunPoint
    {
        var checkpoint = Checkpoint(run.Spec, run.Step);
        Directory.CreateDirectory(folder);
        trainer.SaveCheckpoint(checkpoint);
        Write(Unfinished(run.Spec), run, type);
        RemoveCheckpoints(run.Spec, but: checkpoint);
    }

    /// <summary>Adds a sentence to <see cref="Remarks"/>.</summary>
    internal void Remark(string sentence) => remarks.Enqueue(sentence);

    private T? Read<T>(string path, string spec, JsonTypeInfo<T> type, Func<T, string?> fault)
        where T : class, IKept
    {
        if (!File.Exists(path))
            return null;
        string? why;
        try
        {
            using var stream = DiskReading.Open(path, path);
            var kept = JsonSerializer.Deserialize(stream, type);
            why = kept is null ? "it is empty" : kept.Spec != spec ? "it is of another run" : fault(kept);
            if (why is null)
                return kept;
        }
        catch (JsonException error)
        {
            why = JsonFault.Of(error);
        }
        catch (InvalidDataException)
        {
            why = "it is empty, or no regular file";
        }
        Distrust(path, why);
        return null;
    }

    private void Distrust(string path, string why) => Remark($"'{path}' was not trusted ({why.TrimEnd('.')}): its run was made again.");

    private static void Write<T>(string path, T kept, JsonTypeInfo<T> type) =>
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(kept, type) + "\n")));

    private void RemoveCheckpoints(string spec, string? but)
    {
        foreach (var path in Directory.GetFiles(folder, $"{KeyOf(spec)}-step*.safetensors"))
        {
            if (path != but)
                File.Delete(path);
        }
    }

    private string Finished(string spec) => Path.Combine(folder, $"{KeyOf(spec)}.json");

    private string Unfinished(string spec) => Path.Combine(folder, $"{KeyOf(spec)}-unfinished.json");

    private string Checkpoint(string spec, long step) => Path.Combine(folder, FormattableString.Invariant($"{KeyOf(spec)}-step{step}.safetensors"));
}
