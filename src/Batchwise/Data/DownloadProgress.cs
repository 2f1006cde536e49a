namespace Batchwise;

/// <summary>How far a download is.</summary>
/// <param name="File">The file's name.</param>
/// <param name="From">The address it comes from; null where the file was there already and is kept.</param>
/// <param name="Received">How many bytes have come from there.</param>
/// <param name="Total">How many there are; null where the server does not say.</param>
public readonly record struct DownloadProgress(string File, Uri? From, long Received, long? Total);
