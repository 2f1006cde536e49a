using System.Globalization;
using System.Security.Cryptography;

namespace Batchwise;

/// <summary>
/// One attempt at one file: into a temporary file beside its place, checked there, then moved into place or deleted.
/// </summary>
sealed class VerifiedDownload(HttpClient client, Uri address, MnistFile file, IProgress<DownloadProgress>? progress)
{
    private const int PieceSize = 1 << 16;

    // gzip makes what it cannot compress larger, but never by this much.
    private const int Overhead = 1 << 16;

    /// <summary>How long a server may stay silent.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    private string Name => $"{file.Name}.gz";

    /// <summary>Downloads, checks and puts in place.</summary>
    /// <returns>Null, or why this address did not give the file.</returns>
    /// <exception cref="IOException">The folder cannot be written: no other address would help.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<string?> ToAsync(string directory, CancellationToken cancellationToken)
    {
        var partial = Path.Combine(directory, $".{Name}.{Guid.NewGuid():N}.partial");
        try
        {
            var failure = await ReceiveAsync(partial, cancellationToken).ConfigureAwait(false);
            if (failure is not null)
                return failure;
            if (!await IsSoundAsync(partial, file, cancellationToken).ConfigureAwait(false))
                return "the SHA-256 of what came is not MNIST's";
            File.Move(partial, Path.Combine(directory, Name));
            return null;
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>Whether a file, raw or compressed, has the contents it should.</summary>
    public static async Task<bool> IsSoundAsync(string path, MnistFile file, CancellationToken cancellationToken)
    {
        var stream = DiskReading.Open(path, path);
        await using var closing = stream.ConfigureAwait(false);
        var (contents, compressed) = Gzip.Open(stream);
        // Leaves the file itself to its own closing.
        using var decompression = compressed ? contents : null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[PieceSize];
        long size = 0;
        try
        {
            int read;
            while ((read = await contents.ReadAsync(piece, cancellationToken).ConfigureAwait(false)) > 0)
            {
                size += read;
                if (size > file.Size)
                    return false;
                hash.AppendData(piece.AsSpan(0, read));
            }
        }
        catch (InvalidDataException)
        {
            return false;
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset()) == file.Sha256 && (!compressed || Gzip.EndsWithSize(stream, size));
    }

    private async Task<string?> ReceiveAsync(string path, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(Patience);
        try
        {
            using var response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, silence.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                return string.Create(CultureInfo.InvariantCulture, $"the server answered {(int)response.StatusCode} {response.ReasonPhrase}");
            var total = response.Content.Headers.ContentLength;
            var body = await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
            await using var closingBody = body.ConfigureAwait(false);
            var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, PieceSize, useAsync: true);
            await using var closingTarget = target.ConfigureAwait(false);
            return await CopyAsync(body, target, total, silence).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return string.Create(CultureInfo.InvariantCulture, $"the server was silent for {Patience.TotalSeconds} seconds");
        }
        catch (HttpRequestException failure)
        {
            return failure.Message;
        }
    }

    private async Task<string?> CopyAsync(Stream body, FileStream target, long? total, CancellationTokenSource silence)
    {
        var piece = new byte[PieceSize];
        long received = 0;
        while (true)
        {
            int read;
            try
            {
                read = await body.ReadAsync(piece, silence.Token).ConfigureAwait(false);
            }
            catch (IOException broken)
            {
                return $"the connection broke ({broken.Message})";
            }
            if (read == 0)
                return null;
            silence.CancelAfter(Patience);
            received += read;
            if (received > file.Size + Overhead)
                return "what came is larger than the file";
            await target.WriteAsync(piece.AsMemory(0, read), silence.Token).ConfigureAwait(false);
            progress?.Report(new(Name, address, received, total));
        }
    }
}
