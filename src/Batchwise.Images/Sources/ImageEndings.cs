namespace Batchwise.Images;

/// <summary>The endings of the names of files that are read. What such a file is, its first bytes say.</summary>
static class ImageEndings
{
    private const int LongestShown = 8;

    /// <summary>Whether a file of this name is read.</summary>
    public static bool IsRead(string path) => Of(path) is
        ".jpg" or ".jpeg" or ".jpe" or ".jfif" or ".jif" or ".jfi" or ".pjpeg" or ".pjp"
        or ".png"
        or ".bmp" or ".dib";

    /// <summary>A file's ending as it is shown: in small letters, with its dot; null where there is none of a few letters and digits.</summary>
    public static string? Shown(string path) =>
        Of(path) is { Length: > 1 and <= LongestShown } ending && ending.AsSpan(1).ContainsAnyExcept(LettersAndDigits) is false ? ending : null;

    private static readonly System.Buffers.SearchValues<char> LettersAndDigits = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    private static string Of(string path) => Path.GetExtension(path).ToLowerInvariant();
}
