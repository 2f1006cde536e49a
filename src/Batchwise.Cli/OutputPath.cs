namespace Batchwise.Cli;

/// <summary>Finds out, before any work is done, whether its results can be written.</summary>
static class OutputPath
{
    private const double Megabyte = 1_000_000;

    /// <summary>Refuses a file that cannot be written.</summary>
    /// <param name="option">What named it.</param>
    /// <param name="path">The file; null where none was named.</param>
    public static void RequireFile(string option, string? path)
    {
        if (path is null)
            return;
        try
        {
            AtomicFile.RequireWritable(path);
        }
        catch (Exception error) when (Failure.IsExpected(error))
        {
            throw new IOException($"{option} {Failure.Sentence(error)}", error);
        }
    }

    /// <summary>Refuses a folder that neither is there nor can be made, or that does not take files.</summary>
    /// <param name="option">What named it.</param>
    /// <param name="path">The folder; null where none was named.</param>
    public static void RequireFolder(string option, string? path)
    {
        if (path is null)
            return;
        if (File.Exists(path))
            throw new IOException($"{option} {path} is a file: name a folder, which is made if it does not exist.");
        string? existing = Path.GetFullPath(path);
        while (!Directory.Exists(existing))
        {
            if (File.Exists(existing))
                throw new IOException($"{option} {path} cannot be made because '{existing}' is a file: choose another folder.");
            existing = Path.GetDirectoryName(existing) ?? throw new IOException($"{option} {path} cannot be made because there is no '{existing}': choose another folder.");
        }
        try
        {
            // A name that nobody has taken there.
            AtomicFile.RequireWritable(Path.Combine(existing, $"{Guid.NewGuid():N}"));
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException($"{option} {path} cannot be written because the folder '{existing}' takes no new files: allow writing there, or choose another.", error);
        }
        if (Path.GetFullPath(path) != existing)
            RequireMakeable(option, path, existing);
    }

    // Only making it tells: file systems have limits of their own on names.
    private static void RequireMakeable(string option, string path, string existing)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        try
        {
            Directory.CreateDirectory(full);
        }
        catch (PathTooLongException error)
        {
            throw new IOException($"{option} {path} cannot be made because a name in it is too long, of more than 255 bytes as a rule: choose a shorter one.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{option} {path} cannot be made ({error.Message.TrimEnd('.')}): choose another folder.",
                error);
        }
        finally
        {
            for (var made = full; made != existing; made = Path.GetDirectoryName(made)!)
                RemoveEmpty(made);
        }
    }

    private static void RemoveEmpty(string folder)
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It was not made, or another process has put something into it.
        }
    }

    /// <summary>Refuses a file for whose model the disk has no room.</summary>
    /// <param name="option">What named it.</param>
    /// <param name="path">The file, which can be written.</param>
    /// <param name="model">The model.</param>
    public static void RequireRoom(string option, string path, Model model) => RequireRoom(option, path, sizeof(float) * (long)model.Network.ParameterCount);

    internal static void RequireRoom(string option, string path, long bytes)
    {
        var full = Path.GetFullPath(path);
        // Devices take anything, and some file systems do not tell.
        if (full.StartsWith("/dev/", StringComparison.Ordinal) || Free(Path.GetDirectoryName(full)!) is not { } free || free >= bytes)
            return;
        throw new IOException(FormattableString.Invariant($"{option} {path} needs {bytes / Megabyte:N0} MB, and its disk has {free / Megabyte:N0} MB left: make room, or choose another disk."));
    }

    private static long? Free(string folder)
    {
        try
        {
            return new DriveInfo(folder) is { TotalSize: > 0 } drive ? drive.AvailableFreeSpace : null;
        }
        catch (Exception error) when (Failure.IsExpected(error))
        {
            return null;
        }
    }

    /// <summary>Refuses what a training could not write.</summary>
    /// <param name="save">The file of the model.</param>
    /// <param name="run">The folder of the run's log; null for none.</param>
    public static void RequireOfTraining(string save, string? run)
    {
        RequireFile("--save", save);
        // Where the model goes if the training is interrupted.
        RequireFile("--save", TrainingEnd.Beside(save));
        RequireFolder("--run", run);
        if (run is not null && Directory.Exists(run))
            RequireFile("--run", Path.Combine(run, RunLog.FileName));
        if (run is not null && Path.TrimEndingDirectorySeparator(Path.GetFullPath(run)) == Path.GetFullPath(save))
            throw new ArgumentException($"--save and --run both name '{save}', but one is a file and the other a folder: name two places.");
    }
}
