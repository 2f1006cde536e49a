using System.Collections.Immutable;

namespace Batchwise;

/// <summary>Gets MNIST's four files from public mirrors, on request only.</summary>
public static class MnistDownload
{
    private static readonly ImmutableArray<Uri> Mirrors =
    [
        new("https://ossci-datasets.s3.amazonaws.com/mnist/"),
        new("https://storage.googleapis.com/cvdf-datasets/mnist/"),
    ];

    /// <summary>
    /// Downloads the four .gz files, about 11 MB, into a folder where <see cref="Mnist.Load"/> finds them. A file gets its name only
    /// once the SHA-256 of its uncompressed contents is MNIST's; nothing partial stays behind, whatever happens, and no folder that was
    /// made for nothing. Files that are there already are kept; one that is not MNIST's is never overwritten.
    /// </summary>
    /// <param name="directory">The folder; made if it does not exist.</param>
    /// <param name="from">The http or https address of a folder that has the four files; null for the public mirrors, one after the other.</param>
    /// <param name="progress">Told of every piece that arrives.</param>
    /// <param name="cancellationToken">Stops it; complete files stay.</param>
    /// <exception cref="ArgumentException">The address is no absolute http or https address.</exception>
    /// <exception cref="IOException">No mirror gave a sound file, a file of the same name is not MNIST's, or the folder cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task GetAsync(string directory, Uri? from = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(15), AllowAutoRedirect = false };
        await GetAsync(directory, from is null ? Mirrors : [Folder(from)], MnistFiles.All, handler, progress, cancellationToken).ConfigureAwait(false);
    }

    internal static async Task GetAsync(
        string directory, ImmutableArray<Uri> mirrors, ImmutableArray<MnistFile> files, HttpMessageHandler handler,
        IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        var made = Missing(directory);
        Directory.CreateDirectory(directory);
        try
        {
            await FillAsync(directory, mirrors, files, handler, progress, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            RemoveEmpty(made);
            throw;
        }
    }

    private static async Task FillAsync(
        string directory, ImmutableArray<Uri> mirrors, ImmutableArray<MnistFile> files, HttpMessageHandler handler,
        IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        // All are looked at before any is fetched: a foreign file is refused at once, not after the others have come.
        var missing = new List<MnistFile>();
        foreach (var file in files)
        {
            if (file.Find(directory) is not { } path)
                missing.Add(file);
            else if (await VerifiedDownload.IsSoundAsync(path, file, cancellationToken).ConfigureAwait(false))
                progress?.Report(new(Path.GetFileName(path), null, 0, 0));
            else
                throw new IOException($"{path} is not MNIST's file by the SHA-256 of its contents, and is not overwritten: move or delete it, or choose another folder.");
        }
        using var client = new HttpClient(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        foreach (var file in missing)
            await GetAsync(directory, mirrors, file, client, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The folders on a path that do not exist, innermost first.</summary>
    private static List<string> Missing(string directory)
    {
        var missing = new List<string>();
        for (var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)); folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
            missing.Add(folder);
        return missing;
    }

    // An empty folder would look as if there were data.
    private static void RemoveEmpty(List<string> folders)
    {
        foreach (var folder in folders)
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It holds files that came, or somebody else's.
                return;
            }
        }
    }

    private static async Task GetAsync(
        string directory, ImmutableArray<Uri> mirrors, MnistFile file, HttpClient client,
        IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var failures = new List<string>();
        foreach (var mirror in mirrors)
        {
            var address = new Uri(mirror, $"{file.Name}.gz");
            var failure = await new VerifiedDownload(client, address, file, progress).ToAsync(directory, cancellationToken).ConfigureAwait(false);
            if (failure is null)
                return;
            failures.Add($"{address}: {failure}");
        }
        throw new IOException($"{file.Name}.gz could not be downloaded ({string.Join("; ", failures)}): try again later, or give the address of another mirror.");
    }

    /// <summary>Whether an address begins with http:// or https://.</summary>
    internal static bool IsWeb(Uri address) => address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);

    internal static Uri Folder(Uri from)
    {
        if (!IsWeb(from))
            throw new ArgumentException($"{from} is no address to download from: give that of a folder, beginning with http:// or https://.", nameof(from));
        return from.AbsolutePath.EndsWith('/') ? from : new UriBuilder(from) { Path = from.AbsolutePath + "/" }.Uri;
    }
}
