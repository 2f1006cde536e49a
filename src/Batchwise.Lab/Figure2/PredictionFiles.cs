using System.Security.Cryptography;

namespace Batchwise.Lab;

/// <summary>
/// Keeps what the networks of an ensemble say, a file each beside their runs: averaging needs no more, and of few classes it is less than
/// a network of full width. A run's record has the hash of its file.
/// </summary>
sealed class PredictionFiles(string results)
{
    private const string Validation = "validation";
    private const string Test = "test";

    private readonly string folder = Path.Combine(results, "runs");
    private readonly Dictionary<string, byte[]> unwritten = [];

    /// <summary>
    /// Writes a file, whole or not at all. Where it cannot be written, it stays in memory: the average is worth more than the
    /// file.
    /// </summary>
    /// <param name="spec">What determines the run.</param>
    /// <param name="predictions">What its network says.</param>
    /// <param name="classes">How many classes.</param>
    /// <returns>The run's record has to keep this: the file's SHA-256.</returns>
    public string Keep(string spec, MemberPredictions predictions, int classes)
    {
        NamedTensor Tensor(string name, double[] values) => NamedTensor.From(name, [values.Length / classes, classes], values);
        using var stream = new MemoryStream();
        SafeTensorFile.Write(stream, [Tensor(Validation, predictions.Validation), Tensor(Test, predictions.Test)], metadata: null);
        var bytes = stream.ToArray();
        try
        {
            Directory.CreateDirectory(folder);
            AtomicFile.Write(PathOf(spec), file => file.Write(bytes));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            unwritten[spec] = bytes;
        }
        return Hash(bytes);
    }

    /// <summary>Reads what a finished run's network says.</summary>
    /// <exception cref="InvalidDataException">The file is not there, or not the one that was written.</exception>
    public MemberPredictions Read(RecipeRun run)
    {
        var path = PathOf(run.Spec);
        if (!unwritten.TryGetValue(run.Spec, out var bytes))
        {
            if (!File.Exists(path))
                throw Unusable("is not there");
            bytes = DiskReading.ReadAll(path, path);
        }
        if (Hash(bytes) != run.Predictions)
            throw Unusable("is damaged");
        var file = SafeTensorFile.Read(bytes);
        return new(file[Validation].ToDouble(), file[Test].ToDouble());

        InvalidDataException Unusable(string why) => new(FormattableString.Invariant(
            $"'{path}', which keeps the predictions of {run.Recipe} (seed {run.Seed}), {why}: put it back, or remove '{RunStore.KeyOf(run.Spec)}.json' beside it to train that network again."));
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private string PathOf(string spec) => Path.Combine(folder, $"{RunStore.KeyOf(spec)}-predictions.safetensors");
}
