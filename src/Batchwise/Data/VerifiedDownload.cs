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

    private const int MostRedirects = 10;

    // About a kilobyte a second.
    private const int LeastPerPatience = 1 << 15;

    /// <summary>How long a server may take for 32 kB, or for its answer, or for the rest of the file.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What measures that time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    private string Name => $"{file.Name}.gz";

    /// <summary>Downloads, checks and puts in place.</summary>
    /// <returns>Null, or why this address did not give the file.</returns>
    /// <exception cref="IOException">The folder cannot be written: no other address would help.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<string?> ToAsync(string directory, CancellationToken cancellationToken)
    {
        // Those that killed processes left.
        TemporaryFile.RemoveLeftovers(directory, $".{Name}.*.partial");
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
        using var patience = new CancellationTokenSource(Patience, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var (response, refusal) = await AskAsync(either.Token).ConfigureAwait(false);
            using var closingResponse = response;
            if (response is null)
                return refusal;
            if (!response.IsSuccessStatusCode)
                return string.Create(CultureInfo.InvariantCulture, $"the server answered {(int)response.StatusCode} {Quotation.Of(response.ReasonPhrase ?? "")}");
            var total = response.Content.Headers.ContentLength;
            var body = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            await using var closingBody = body.ConfigureAwait(false);
            var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, PieceSize, useAsync: true);
            await using var closingTarget = target.ConfigureAwait(false);
            return await CopyAsync(body, target, total, patience, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return string.Create(CultureInfo.InvariantCulture, $"the server sent next to nothing in {Patience.TotalSeconds} seconds");
        }
        catch (HttpRequestException failure)
        {
            return failure.Message;
        }
    }

    /// <summary>The answer of the address, or of the one that it redirects to; or why there is none.</summary>
    private async Task<(HttpResponseMessage? Response, string? Refusal)> AskAsync(CancellationToken cancellationToken)
    {
        var asked = address;
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            var response = await client.GetAsync(asked, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
                return (response, null);
            response.Dispose();
            if (!Uri.TryCreate(asked, location, out var next) || !MnistDownload.IsWeb(next))
                return (null, $"the server redirects to {Quotation.Of(location.OriginalString)}, which is no address that begins with http:// or https://");
            asked = next;
        }
        return (null, "the server redirects without end");
    }

    private async Task<string?> CopyAsync(Stream body, FileStream target, long? total, CancellationTokenSource patience, CancellationToken cancellationToken)
    {
        var piece = new byte[PieceSize];
        long received = 0;
        long renewed = 0;
        while (true)
        {
            int read;
            try
            {
                read = await body.ReadAsync(piece, cancellationToken).ConfigureAwait(false);
            }
            catch (IOException broken)
            {
                return $"the connection broke ({broken.Message})";
            }
            if (read == 0)
                return null;
            received += read;
            if (received - renewed >= LeastPerPatience)
            {
                patience.CancelAfter(Patience);
                renewed = received;
            }
            if (received > file.Size + Overhead)
                return "what came is larger than the file";
            await target.WriteAsync(piece.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            progress?.Report(new(Name, address, received, total));
        }
    }
}
