namespace Batchwise.Cli;

/// <summary>Finds out, before any work is done, whether its results can be written.</summary>
static class OutputPath
{
    private const int LongestName = 255;

    /// <summary>Refuses a file that cannot be written.</summary>
    /// <param name="option">What named it.</param>
    /// <param name="path">The file; null where none was named.</param>
    public static void RequireFile(string option, string? path)
    {
        if (path is null)
            return;
        if (Directory.Exists(path) || Path.EndsInDirectorySeparator(path))
            throw new IOException($"{option} {path} is a folder: add the name of the file to write.");
        var full = Path.GetFullPath(path);
        if (new FileInfo(full).LinkTarget is not null)
            full = File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
        var folder = Path.GetDirectoryName(full)!;
        if (!Directory.Exists(folder))
            throw new IOException($"{option} {path} cannot be written because the folder '{Path.GetDirectoryName(path)}' does not exist: create it first, or choose another.");
        if (File.Exists(full) && File.GetAttributes(full).HasFlag(FileAttributes.ReadOnly))
            throw new IOException($"{option} {path} is read-only and stays as it is: allow writing to it, or choose another file.");
        // Of devices only the file is written to, not its folder.
        if (full.StartsWith("/dev/", StringComparison.Ordinal))
            return;
        if (Path.GetFileName(full).Length > LongestName)
            throw new IOException(FormattableString.Invariant($"{option} {path} has a name of more than {LongestName} letters, which file systems refuse: choose a shorter one."));
        Try(option, path, folder);
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
        Try(option, path, existing);
    }

    /// <summary>Refuses what a training could not write.</summary>
    /// <param name="save">The file of the model.</param>
    /// <param name="run">The folder of the run's log; null for none.</param>
    public static void RequireOfTraining(string save, string? run)
    {
        RequireFile("--save", save);
        RequireFolder("--run", run);
        if (run is not null && Directory.Exists(run))
            RequireFile("--run", Path.Combine(run, RunLog.FileName));
        if (run is not null && Path.TrimEndingDirectorySeparator(Path.GetFullPath(run)) == Path.GetFullPath(save))
            throw new ArgumentException($"--save and --run both name '{save}', but one is a file and the other a folder: name two places.");
    }

    // Permissions, read-only file systems and the like: there is no way to know but to try.
    private static void Try(string option, string path, string folder)
    {
        try
        {
            using var file = new FileStream(
                Path.Combine(folder, $".{Guid.NewGuid():N}.tmp"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{option} {path} cannot be written because the folder '{folder}' takes no new files: allow writing there, or choose another.", error);
        }
    }
}
