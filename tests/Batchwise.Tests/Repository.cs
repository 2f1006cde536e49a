namespace Batchwise.Tests;

/// <summary>Where the sources are, and what lies beside them.</summary>
internal static class Repository
{
    /// <summary>The folder that holds Batchwise.slnx.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of data sets and peers beside the repository; null where there is none.</summary>
    public static string? Shared { get; } = FindShared();

    /// <summary>A file or folder under the root, by its path with forward slashes.</summary>
    public static string PathTo(string relative) => Path.Combine(Root, relative);

    /// <summary>A file or folder under <see cref="Shared"/>; skips the test where it is absent.</summary>
    public static string SharedOrSkip(string relative)
    {
        Assert.SkipWhen(Shared is null, "There is no folder ../shared beside the repository.");
        var path = Path.Combine(Shared!, relative);
        Assert.SkipUnless(Path.Exists(path), $"There is no ../shared/{relative} beside the repository.");
        return path;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Batchwise.slnx")))
                return folder.FullName;
        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Batchwise.slnx: run the tests from inside the repository.");
    }

    private static string? FindShared()
    {
        var shared = Path.GetFullPath(Path.Combine(Root, "..", "shared"));
        return Directory.Exists(shared) ? shared : null;
    }
}
