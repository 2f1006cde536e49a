using Batchwise.Images;

namespace Batchwise.Tests.Images;

/// <summary>A set of image files that can be laid out as a folder or an archive in a temporary folder.</summary>
internal sealed class ImageFiles : IDisposable
{
    private readonly DataFolder folder = new();

    /// <summary>Two classes, two training images and one test image of each, 4 x 4 pixels.</summary>
    public static (string Path, byte[] Contents)[] Small =>
    [
        ("train/cat/2.png", ImageBytes.Png(4, 4, 2, 0, 0)),
        ("train/cat/10.png", ImageBytes.Png(4, 4, 1, 0, 0)),
        ("train/Dog/1.png", ImageBytes.Png(4, 4, 3, 0, 0)),
        ("train/Dog/0.PNG", ImageBytes.Png(4, 4, 4, 0, 0)),
        ("test/cat/1.png", ImageBytes.Png(4, 4, 5, 0, 0)),
        ("test/Dog/1.png", ImageBytes.Png(4, 4, 6, 0, 0)),
        ("README.md", "Not an image."u8.ToArray()),
        (".DS_Store", [1, 2, 3]),
    ];

    public string Root => folder.Path;

    public void Dispose() => folder.Dispose();

    public string Tar(string name, params (string Path, byte[] Contents)[] files) => folder.Write(name, ImageBytes.Tar(files));

    public string Write(string name, byte[] contents) => folder.Write(name, contents);

    public string Folder(string name, params (string Path, byte[] Contents)[] files)
    {
        var root = Path.Combine(folder.Path, name);
        foreach (var (path, contents) in files)
        {
            var full = Path.Combine(root, path);
            Directory.CreateDirectory(path.EndsWith('/') ? full : Path.GetDirectoryName(full)!);
            if (!path.EndsWith('/'))
                File.WriteAllBytes(full, contents);
        }
        return root;
    }

    /// <summary>What the refusal of some files, as an archive and as a folder, says; the same but for the name.</summary>
    public static string Refusal(ImageFolderOptions options, params (string Path, byte[] Contents)[] files)
    {
        using var all = new ImageFiles();
        var inArchive = Assert.Throws<InvalidDataException>(() => ImageFolder.Load(all.Tar("archive.tar", files), options)).Message;
        var inFolder = Assert.Throws<InvalidDataException>(() => ImageFolder.Load(all.Folder("photos", files), options)).Message;
        Assert.Equal(inArchive.Replace("archive.tar", "photos", StringComparison.Ordinal), inFolder);
        return inFolder;
    }
}
