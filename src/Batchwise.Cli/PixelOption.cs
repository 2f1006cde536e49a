using System.CommandLine;

namespace Batchwise.Cli;

/// <summary>The option that says how large an image may be before it is resized.</summary>
static class PixelOption
{
    private const long Most = 500_000_000;

    public static Option<long> Create() => NumberOption.Whole(
        "--max-pixels", "The most pixels that an image may have before it is resized; each takes about 9 bytes while it is decoded.", new Images.ImageFolderOptions().MaxPixels, 1, Most);
}
